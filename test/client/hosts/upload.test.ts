/** The parts of a copy that need no host: what rsync is told, and what an image holds. Real copies are in test/hosts. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../client/src/hosts/clock.ts';
import { createProcessGroup } from '../../../client/src/hosts/transport/process.ts';
import { type FileDigests, fingerprint } from '../../../client/src/hosts/upload/fingerprint.ts';
import { hasRsync, parseProgress, rsyncArguments } from '../../../client/src/hosts/upload/rsync.ts';
import type { SendDeps } from '../../../client/src/hosts/upload/sending.ts';
import { xattrsBy } from '../../../client/src/hosts/upload/xattrs.ts';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { fakeSpawn } from './fake-spawn.ts';

function depsOf(change: Partial<SendDeps> = {}): SendDeps {
  const { spawn } = fakeSpawn(() => ({ code: 0 }));
  const group = createProcessGroup(spawn);
  const transport = {
    sharesFiles: false,
    openBus: async () => {
      throw new Error('not used');
    },
    run: ([program, ...args]: readonly [string, ...string[]]) => group.start(program, args),
    dispose: async () => {},
  };
  return {
    transport,
    spawn,
    clock: systemClock,
    isRoot: true,
    pool: '/run/portables',
    rsync: { program: 'rsync', options: [] },
    ...change,
  };
}

describe('what rsync is told', () => {
  const target = '/run/portables/.#versions/.upload-1-ab/image';
  const directory: ImageFacts = { path: '/work/-odd name/hello_1', name: 'hello_1', kind: 'directory', prefix: 'hello', units: [] };
  const raw: ImageFacts = { ...directory, path: '/work/hello_1.raw', kind: 'raw' };
  const ssh = {
    command: () => ['ssh', '-F', "/home/o'neil/my config", '-o', 'ControlPath=/run/m'] as const,
    destination: 'me@vm',
    before: [],
  };
  const of = (image: ImageFacts, change: Partial<SendDeps> = {}, seeded = false, over = ssh, { size = 1024 ** 2, holes = false } = {}) =>
    rsyncArguments({ image, target, seeded, size, holes, deps: depsOf(change) }, over as typeof ssh);

  test('a tree keeps all that it has; compared by content, whatever its times say', () => {
    const told = of(directory);
    for (const option of ['-aHAXx', '--checksum', '--numeric-ids', '--delete']) expect(told).toContain(option);
    expect(told.slice(-3)).toEqual(['--', '/work/-odd name/hello_1/', `me@vm:${target}/`]);
  });
  test('what an ordinary user sends belongs to root there', () => {
    expect(of(directory, { isRoot: false })).toContain('--chown=0:0');
    expect(of(directory)).not.toContain('--chown=0:0');
  });
  test('a raw image is put together from the version before, which is not written to', () => {
    expect(of(raw, {}, true)).toEqual(expect.arrayContaining(['--copy-dest=basis', '--no-whole-file', '--ignore-times']));
    expect(of(raw, {}, false)).not.toContain('--copy-dest=basis');
    expect(of(raw).join(' ')).not.toMatch(/--inplace|--links|(^| )-[a-z]*[al]/);
  });
  test.each([
    [1, 1024],
    [300 * 1024 ** 2, 26 * 1024],
    [2 ** 40, 128 * 1024],
  ])('of %s bytes, blocks have %s', (size, block) => {
    expect(of(raw, {}, true, ssh, { size })).toContain(`--block-size=${block}`);
  });
  test.each([directory, raw])('only where there are holes, $kind, they are looked for', image => {
    expect(of(image, {}, true, ssh, { holes: true })).toContain('--sparse');
    expect(of(image, {}, true, ssh)).not.toContain('--sparse');
  });
  test('the words of ssh stay words, as rsync splits them', () => {
    expect(of(raw)).toContain("--rsh=ssh -F '/home/o''neil/my config' -o ControlPath=/run/m");
  });
  test.each([
    ['ssh://me@vm:2222', 'host'],
    ['[::1]', 'host'],
    ['vm', 'vm'],
  ])('the destination %s is the word %s: the connection is there already', (destination, word) => {
    expect(of(raw, {}, false, { ...ssh, destination }).at(-1)).toBe(`${word}:${target}`);
  });
  test('rights come before the rsync there; options of the user before the paths', () => {
    const sudo = { ...ssh, before: ['sudo', '-n', '--'] };
    expect(of(raw, {}, false, sudo as unknown as typeof ssh)).toContain('--rsync-path=sudo -n -- rsync');
    const told = of(raw, { rsync: { program: 'rsync', options: ['--bwlimit=1m'] } });
    expect(told.indexOf('--bwlimit=1m')).toBe(told.indexOf('--') - 1);
  });
});

test.each([
  ['', undefined],
  ['sending incremental file list', undefined],
  ['              0   0%    0.00kB/s    0:00:00 ', 0],
  ['      1,2', undefined],
  ['        1234567  12%    1.23MB/s    0:00:01 \r       2345678  24%    1.23MB/s    0:00:01 ', 2345678],
])('of the progress %j, %s bytes are through', (printed, bytes) => {
  expect(parseProgress(printed)).toBe(bytes);
});

test.each([
  ['rsync  version 3.2.7  protocol version 31', true],
  ['rsync  version v3.4.1  protocol version 32', true],
  ['rsync  version 3.1.3  protocol version 31', false],
  ['openrsync: protocol version 29', false],
  ['rsync  version 2.6.9  protocol version 29', false],
])('%s: used is %s', async (printed, used) => {
  const { spawn } = fakeSpawn(() => ({ code: 0, stdout: `${printed}\n` }));
  expect(await hasRsync(depsOf({ spawn }))).toBe(used);
  expect(await hasRsync(depsOf({ spawn, rsync: { program: '', options: [] } }))).toBe(false);
});

describe.skipIf(process.platform === 'win32')('what an image holds', () => {
  let root = '';
  const unit = 'usr/lib/systemd/system/a.service';
  const never = new AbortController().signal;
  const read = (known: FileDigests = new Map()) => fingerprint(root, 'directory', known, never);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'image-'));
    mkdirSync(join(root, 'usr/lib/systemd/system'), { recursive: true });
    writeFileSync(join(root, unit), '[Service]\n');
    writeFileSync(join(root, 'usr/tool'), 'one');
    symlinkSync('/one', join(root, 'link'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test.each<readonly [string, () => void, 'rest' | 'units']>([
    ['a program of the same size and times', () => rewrite('usr/tool', 'two'), 'rest'],
    ['a mode', () => chmodSync(join(root, 'usr/tool'), 0o700), 'rest'],
    ['where a link goes', () => relink('/two'), 'rest'],
    ['a unit', () => rewrite(unit, '[Service]#'), 'units'],
    ['a drop-in that comes', () => dropIn(), 'units'],
  ])('%s changes it', async (_what, change, which) => {
    const known: FileDigests = new Map();
    const before = await read(known);
    expect(await read(known)).toEqual(before);
    change();
    const after = await read(known);
    expect(after.digest[which]).not.toBe(before.digest[which]);
    const other = which === 'rest' ? 'units' : 'rest';
    expect(after.digest[other]).toBe(before.digest[other]);
    expect((await read()).digest, 'the same without memory').toEqual(after.digest);
  });

  test('times alone do not, since every build changes them', async () => {
    const before = await read();
    utimesSync(join(root, 'usr/tool'), 1, 1);
    expect((await read()).digest).toEqual(before.digest);
  });

  test.each<readonly [string, string, boolean]>([
    ['an attribute', '# file: ROOT/usr/tool\nsecurity.capability=0x01\nuser.note=0x32\n\n', true],
    ['an attribute of the whole', '# file: ROOT\nuser.note=0x31\n\n', true],
    ['no attribute', '', false],
    ["a label, which is the host's", '# file: ROOT/usr/tool\nsecurity.selinux=0x01\n\n', false],
    ["an overlay's mark", '# file: ROOT/usr\ntrusted.overlay.opaque=0x79\n\n', false],
  ])('%s changes it, or not', async (_what, printed, changes) => {
    const { spawn, started } = fakeSpawn(() => ({ code: 0, stdout: printed.replaceAll('ROOT', root) }));
    const { digest } = await fingerprint(root, 'directory', new Map(), never, { readXattrs: xattrsBy(spawn) });
    expect(digest.rest !== (await read()).digest.rest).toBe(changes);
    expect(started.map(({ program, args }) => [program, args.at(-1)])).toEqual([['getfattr', root]]);
  });

  test('attributes count in whatever order the disk has them, and where the tree lies does not', async () => {
    const told = ['# file: ROOT/a\nuser.a=0x31\nuser.b=0x32', '# file: ROOT/b\nuser.a=0x31'];
    const read = (text: string, tree: string) =>
      xattrsBy(fakeSpawn(() => ({ code: 0, stdout: text.replaceAll('ROOT', tree) })).spawn)(tree, never);
    const first = await read(`${told.join('\n\n')}\n\n`, '/one ü');
    expect(first).toContain('/a\nuser.a=0x31');
    expect(await read(`${told.toReversed().join('\n\n')}\n\n`, '/two')).toBe(first);
  });

  test('without getfattr nothing is known of them', async () => {
    const { spawn } = fakeSpawn(() => ({ code: 127 }));
    expect(await xattrsBy(spawn)(root, never)).toBe('');
  });

  test('an image that is a link is not followed, nor a directory taken for a file', async () => {
    symlinkSync(root, `${root}-link`);
    await expect(fingerprint(`${root}-link`, 'directory', new Map(), never)).rejects.toThrow(
      /found a symbolic link, which is not followed/,
    );
    await expect(fingerprint(`${root}-link`, 'raw', new Map(), never)).rejects.toThrow(/symbolic link/);
    await expect(fingerprint(root, 'raw', new Map(), never)).rejects.toThrow(/expected a file, found a directory/);
    rmSync(`${root}-link`);
  });

  /** Writes a file of the same length, with the times that it had. */
  function rewrite(path: string, text: string): void {
    utimesSync(join(root, path), 5, 5);
    writeFileSync(join(root, path), text);
    utimesSync(join(root, path), 5, 5);
  }
  function relink(to: string): void {
    rmSync(join(root, 'link'));
    symlinkSync(to, join(root, 'link'));
  }
  function dropIn(): void {
    mkdirSync(join(root, `${unit}.d`));
    writeFileSync(join(root, `${unit}.d/x.conf`), '');
  }
});
