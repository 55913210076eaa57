import { isUtf8Name } from './entry-name.ts';
import type { ImageTree } from './image-tree.ts';
import { namesIn, readText } from './text-file.ts';

/** A user or group of an image. */
export interface Account {
  readonly name: string;
  /** Its number; absent where it is given when the account is made. */
  readonly id?: number;
  /** In passwd or group, so it is there; sysusers.d only says that it is to be made when the system boots. */
  readonly from: 'database' | 'sysusers';
}

/** The users and groups that an image knows of, by name. */
export interface Accounts {
  readonly users: ReadonlyMap<string, Account>;
  readonly groups: ReadonlyMap<string, Account>;
}

/** Highest first: a file hides those of its name further down (systemd-sysusers(8)). */
const sysusersDirectories = ['/etc/sysusers.d', '/run/sysusers.d', '/usr/local/lib/sysusers.d', '/usr/lib/sysusers.d'];

/** Reads the accounts of an image: passwd and group, and what sysusers.d adds. Throws ImageErrors of the tree. */
export async function accountsOf(tree: ImageTree): Promise<Accounts> {
  const users = readDatabase((await readText(tree, '/etc/passwd')) ?? '');
  const groups = readDatabase((await readText(tree, '/etc/group')) ?? '');
  for (const line of await sysusersLines(tree)) addSysusersLine(line, users, groups);
  return { users, groups };
}

/** The accounts of passwd or group, which agree in their first and third field. NIS lines begin with + or -. */
function readDatabase(text: string): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    if (/^[+#-]/.test(name) || name === '' || !/^\d+$/.test(id) || accounts.has(name)) continue;
    accounts.set(name, { name, id: Number(id), from: 'database' });
  }
  return accounts;
}

/** The lines of all sysusers.d files, in the order of the files' names. */
async function sysusersLines(tree: ImageTree): Promise<readonly string[]> {
  const files = new Map<string, string>();
  for (const directory of sysusersDirectories) {
    for (const name of await namesIn(tree, directory)) {
      if (name.endsWith('.conf') && !name.startsWith('.') && isUtf8Name(name) && !files.has(name)) files.set(name, `${directory}/${name}`);
    }
  }
  const texts: string[] = [];
  for (const [, path] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) texts.push((await readText(tree, path)) ?? '');
  return texts.flatMap(text => text.split('\n'));
}

/** What one line of sysusers.d makes (sysusers.d(5)): `u` a user with its group, `g` a group, `m` a user as the member of a group. */
function addSysusersLine(line: string, users: Map<string, Account>, groups: Map<string, Account>): void {
  const [type = '', name = '', third = '-'] = line
    .trim()
    .split(/\s+/)
    .map(word => word.replace(/^(["'])(.*)\1$/, '$2'));
  // a name with a specifier is known on the host only
  if (name.includes('%') || !/^[A-Za-z_][\w.-]*$/.test(name)) return;
  const add = (to: Map<string, Account>, id: string | undefined) => {
    if (to.has(name)) return;
    to.set(name, { name, from: 'sysusers', ...(id !== undefined && /^\d+$/.test(id) && { id: Number(id) }) });
  };
  const [own, ofGroup] = third.split(':');
  switch (type.replace(/!$/, '')) {
    case 'u':
      add(users, own);
      // with `UID:GROUP` it has a group that is there already
      if (ofGroup === undefined) add(groups, own);
      break;
    case 'g':
      add(groups, own);
      break;
    case 'm':
      add(users, undefined);
      add(groups, undefined);
      if (/^[A-Za-z_][\w.-]*$/.test(third) && !groups.has(third)) groups.set(third, { name: third, from: 'sysusers' });
      break;
  }
}
