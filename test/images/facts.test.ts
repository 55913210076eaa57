/** Facts out of real Debian trees, beside what the tools in them say: libraries beside ldd, users beside systemd-sysusers and getent. */
import { globSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureTree, installHostTools, whyNoHosts } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { accountsOf } from '../../server/src/image/accounts.ts';
import { architectureOf } from '../../server/src/image/architecture.ts';
import { openDirectory } from '../../server/src/image/directory-tree.ts';
import { readElf } from '../../server/src/image/elf/elf.ts';
import { libraryFinder } from '../../server/src/image/elf/libraries.ts';
import { decodeFileCapabilities } from '../../server/src/image/file-capabilities.ts';
import type { ImageTree } from '../../server/src/image/image-tree.ts';
import { programAt, readScript } from '../../server/src/image/programs.ts';
import { unitsOf } from '../../server/src/image/units.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { thisMachine } from '../../server/src/node/this-machine.ts';
import { run } from './samples.ts';
import { runWritable } from './writable-tree.ts';
import { readXattrs } from './xattrs.ts';

const reason = whyNoHosts();
const suites = ['bookworm', 'trixie', 'forky'] as const;
/** Programs and libraries of each tree that are compared. */
const most = 200;

describe.skipIf(reason !== undefined && process.env.CI !== 'true').each(suites)('a tree of %s', suite => {
  let root: string;
  let tree: ImageTree;
  /** ELF files below the usual directories, by their path in the tree, evenly chosen. */
  let elves: readonly string[];
  const resolved = (path: string) => realpathSync(join(root, path)).slice(root.length);

  beforeAll(async () => {
    await installHostTools();
    root = realpathSync(await ensureTree(suite));
    tree = await openDirectory(imageFiles, root);
    const files = globSync('usr/{bin,sbin,lib/systemd,lib/x86_64-linux-gnu,lib/x86_64-linux-gnu/systemd}/*', { cwd: root })
      .sort()
      .filter(
        file => lstatSync(join(root, file)).isFile() && readFileSync(join(root, file)).subarray(0, 4).toString('latin1') === '\x7fELF',
      );
    const every = Math.max(1, Math.floor(files.length / most));
    elves = files
      .filter((_, n) => n % every === 0)
      .slice(0, most)
      .map(file => `/${file}`);
  });

  test('libraries are those that ldd finds', async () => {
    const [lines = []] = await ask(root, [[['/list', elves.join('\n')]]], 'ldd $(cat "$1")');
    const theirs = new Map<string, string[]>();
    let file = '';
    for (const line of lines) {
      const [, header] = /^(\/\S+):$/.exec(line) ?? [];
      const [, name, path] = /^\t(\S+) => (not found|\/\S+)/.exec(line) ?? [];
      if (header !== undefined) {
        file = header;
        theirs.set(file, []);
      } else if (name !== undefined && path !== undefined && !name.includes('ld-linux'))
        theirs.get(file)?.push(`${name} ${path === 'not found' ? path : resolved(path)}`);
    }
    const finder = libraryFinder(tree);
    expect(theirs.size).toBeGreaterThan(150);
    for (const [path, libraries] of theirs) {
      const program = await programAt(tree, path);
      const elf = program.kind === 'elf' ? program.elf : await elfOf(path);
      // ldd loads a library as if it were a program of the same machine
      const { found, missing } = await finder.of(resolved(path), { interpreter: '/lib64/ld-linux-x86-64.so.2', ...elf });
      const ours = [...[...found].map(([name, at]) => `${name} ${at}`), ...missing.map(({ name }) => `${name} not found`)];
      expect(ours.filter(line => !line.startsWith('ld-linux')).sort(), path).toEqual(libraries.sort());
    }
  });

  async function elfOf(path: string) {
    const bytes = readFileSync(join(root, path));
    const elf = await readElf({ size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) });
    if (!elf) throw new Error(`${path} is no ELF file`);
    return elf;
  }

  test('what is in an ELF file is what readelf shows', async () => {
    for (const path of elves.filter((_, n) => n % 8 === 0)) {
      const elf = await elfOf(path);
      const shown = run('readelf', ['-W', '-l', '-d', join(root, path)]);
      const all = (pattern: RegExp) => [...shown.matchAll(pattern)].map(match => match[1]);
      expect(elf.needed, path).toEqual(all(/\(NEEDED\).*\[(.*)\]/g));
      expect(elf.interpreter, path).toEqual(all(/interpreter: (.*)\]/g)[0]);
      expect(elf.runpath?.join(':'), path).toEqual(all(/\(RUNPATH\).*\[(.*)\]/g)[0]);
      expect(elf.soname, path).toEqual(all(/\(SONAME\).*\[(.*)\]/g)[0]);
      const symbols = run('nm', ['-D', '-u', '--without-symbol-versions', '-j', join(root, path)]);
      expect([...(await elf.imports())].sort(), path).toEqual([...new Set(symbols.split('\n').filter(Boolean))].sort());
    }
  });

  test('users and groups are those that getent tells, once systemd-sysusers has made them', async () => {
    const { users, groups } = await accountsOf(tree);
    const script = 'systemd-sysusers 2>/dev/null; getent passwd | sed "s/^/user:/"; getent group | sed "s/^/group:/"';
    const lines = runWritable(root, script)
      .trim()
      .split('\n')
      .map(line => line.split(':'));
    for (const [kind, ours] of Object.entries({ user: users, group: groups })) {
      const theirs = new Map(lines.filter(line => line[0] === kind).map(([, name = '', , id]) => [name, Number(id)]));
      expect(theirs.size).toBeGreaterThan(20);
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      for (const { name, id } of ours.values())
        if (id !== undefined) expect(`${kind} ${name} ${id}`).toBe(`${kind} ${name} ${theirs.get(name)}`);
    }
  });

  test('units are those that systemctl lists', async () => {
    const script = 'systemctl --root=/ list-unit-files --no-legend --no-pager --plain | cat';
    const rows = runWritable(root, script)
      .trim()
      .split('\n')
      .map(line => line.split(/\s+/));
    // masked ones are links to /dev/null or empty: there is nothing of them to attach
    const theirs = rows.filter(([, state]) => state !== 'masked').map(([name]) => name);
    expect(theirs.length).toBeGreaterThan(100);
    expect((await unitsOf(tree)).map(({ name }) => name)).toEqual(theirs.sort());
  });

  test('the architecture is found', async () => {
    expect(await architectureOf(tree, undefined)).toBe(thisMachine);
  });

  test('scripts are told by their first line', async () => {
    const scripts = globSync('usr/{bin,sbin}/*', { cwd: root }).filter(file => lstatSync(join(root, file)).isFile());
    let seen = 0;
    for (const file of scripts) {
      const bytes = readFileSync(join(root, file));
      const script = readScript(bytes.subarray(0, 256));
      expect(script !== undefined, file).toBe(bytes.subarray(0, 2).toString('latin1') === '#!');
      if (script) expect(script.interpreter, file).toBe(bytes.toString('latin1').split('\n')[0]?.slice(2).trim().split(' ')[0]);
      seen += script ? 1 : 0;
    }
    expect(seen).toBeGreaterThan(20);
  });
});

test.skipIf(reason !== undefined && process.env.CI !== 'true')('capabilities of files are those that setcap gave', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capabilities-'));
  try {
    const made = {
      raw: ['cap_net_raw+ep', { permitted: 1n << 13n, inheritable: 0n, effective: true }],
      high: ['cap_sys_admin,cap_checkpoint_restore+p', { permitted: (1n << 21n) | (1n << 40n), inheritable: 0n, effective: false }],
      inherited: ['cap_chown+i', { permitted: 0n, inheritable: 1n, effective: false }],
    } as const;
    for (const [name, [words]] of Object.entries(made)) {
      writeFileSync(join(folder, name), '');
      run('setcap', [words, join(folder, name)]);
    }
    const xattrs = readXattrs(folder);
    for (const [name, [, capabilities]] of Object.entries(made)) {
      const bytes = Buffer.from(xattrs.get(join(folder, name))?.get('security.capability') ?? '', 'hex');
      expect(decodeFileCapabilities(bytes), name).toEqual(capabilities);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
