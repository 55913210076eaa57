/** The hosts that a user's ssh configuration names, to offer them. */
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse } from 'node:path';

const maxDepth = 16; // of Include, as in OpenSSH (readconf.c, READCONF_MAX_DEPTH)

/**
 * The names after `Host` in a configuration file and what it includes, in order and without repetition; patterns, negations and names that
 * ssh would take for an option are left out. Without a path: the user's own file. Unreadable files count as empty.
 */
export async function sshConfigHosts(path?: string): Promise<readonly string[]> {
  const home = join(homedir(), '.ssh');
  const names = new Set<string>();
  await read(path || join(home, 'config'), home, names, 0);
  return [...names];
}

async function read(file: string, base: string, names: Set<string>, depth: number): Promise<void> {
  if (depth > maxDepth) return;
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split(/\r?\n/)) {
    const [keyword, ...values] = words(line);
    if (keyword?.toLowerCase() === 'host') for (const name of values.filter(isName)) names.add(name);
    if (keyword?.toLowerCase() === 'include')
      for (const pattern of values) for (const found of await expand(pattern, base)) await read(found, base, names, depth + 1);
  }
}

function isName(word: string): boolean {
  return /^[^-!*?\s\p{Cc}][^*?\s\p{Cc}]*$/u.test(word);
}

/** A line's words: `keyword value...` or `keyword=value`, values perhaps in double quotes; what follows a `#` at a word's start is a comment. */
function words(line: string): readonly string[] {
  const keyword = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)/.exec(line);
  if (!keyword?.[1]) return [];
  const values: string[] = [];
  for (const [, quoted, plain] of line.slice(keyword[0].length).matchAll(/"([^"]*)"|(\S+)/g)) {
    if (plain?.startsWith('#')) break;
    values.push(quoted ?? plain ?? '');
  }
  return [keyword[1], ...values];
}

/** Files of an `Include`: relative ones lie in ~/.ssh, in order of name. */
async function expand(pattern: string, base: string): Promise<readonly string[]> {
  const absolute = pattern.startsWith('~/') ? join(dirname(base), pattern.slice(2)) : isAbsolute(pattern) ? pattern : join(base, pattern);
  const { root } = parse(absolute);
  let found: readonly string[] = [root];
  for (const part of absolute
    .slice(root.length)
    .split(/[\\/]/)
    .filter(part => part !== '')) {
    if (!/[*?]/.test(part)) found = found.map(directory => join(directory, part));
    else found = (await Promise.all(found.map(directory => matching(directory, part)))).flat();
  }
  return found;
}

/** Entries of a directory that match a pattern of `*` and `?`; hidden ones only where the pattern says so. */
async function matching(directory: string, pattern: string): Promise<readonly string[]> {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const entries = await readdir(directory).catch(() => []);
  const fits = entries.filter(name => new RegExp(`^${source}$`, 's').test(name) && (pattern.startsWith('.') || !name.startsWith('.')));
  return fits.sort().map(name => join(directory, name));
}
