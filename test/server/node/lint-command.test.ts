import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintingFolder } from './linting.ts';

const files: Readonly<Record<string, string | Uint8Array>> = {
  'clean.service': '[Service]\nExecStart=/bin/true\n',
  'wrong.service': '[Service]\nExecStart=/bin/true\n[Instal]\n',
  'new.service': '[Service]\nExecStart=/bin/true\nOpenFile=/etc/hostname\n',
  plan: '[Foo]\n',
  'exposure/clean.service': '[Service]\nExecStart=/bin/true\n',
  'README.md': '# no unit\n',
  'latin.service': Uint8Array.from('[Service]\nExecStart=/bin/true\nX-A=caf\xe9\n', c => c.charCodeAt(0)),
  'tree/etc/os-release': 'ID=x\n',
  'tree/usr/lib/systemd/system/a.service': '[Foo]\n[Service]\nExecStart=/bin/true\n',
  'tree/usr/lib/systemd/system/b.service': '[Service]\nExecStart=/bin/true\n',
  'tree/usr/lib/systemd/system/a.service.d/x.conf': '[Bar]\n',
  'tree/usr/share/dbus-1/services/org.example.service': '[D-BUS Service]\n',
  'outside/secret.service': '[Secret]\n',
  'odd/\u001b[31m\n.service': '[Foo\u001b]\n',
};

const { folder, run, remove } = lintingFolder(files);
beforeAll(() => {
  const units = join(folder, 'tree/usr/lib/systemd/system');
  symlinkSync('/dev/null', join(units, 'masked.service'));
  symlinkSync('/usr/lib/systemd/system/a.service', join(units, 'alias.service'));
  symlinkSync('../../../../../outside/secret.service', join(units, 'escape.service'));
  symlinkSync('loop.service', join(units, 'loop.service'));
});
afterAll(remove);

describe('exit status', () => {
  test.each<readonly [status: number, args: readonly string[]]>([
    [0, ['DIR/clean.service']],
    [1, ['DIR/wrong.service']],
    [0, ['DIR/new.service']],
    [1, ['--systemd', '252', 'DIR/new.service']],
    [0, ['--systemd=257', 'DIR/new.service', 'DIR/clean.service']],
    [1, ['DIR/tree']],
    [0, ['DIR/exposure']],
    [0, ['DIR/tree/etc/os-release']],
    [0, ['DIR/tree/usr/lib/systemd/system/masked.service']],
    [0, ['--help']],
    [2, []],
    [2, ['DIR/nothing.service']],
    [2, ['DIR/clean.service', 'DIR/nothing']],
    [2, ['DIR/README.md']],
    [2, ['DIR/plan']],
    [2, ['plan']],
    [2, ['show', 'DIR/clean.service']],
    [2, ['--systemd', '252', 'exposure']],
    [2, ['--systemd', '246', 'DIR/clean.service']],
    [2, ['--systemd', 'new', 'DIR/clean.service']],
    [2, ['--format', 'xml', 'DIR/clean.service']],
    [2, ['--nonsense', 'DIR/clean.service']],
    [2, ['DIR/tree/usr/lib/systemd/system/loop.service']],
  ])('%i: %j', async (status, args) => {
    expect((await run(...args)).status).toBe(status);
  });

  test('a first word that is a command is never a path', async () => {
    expect((await run('plan')).complaints).toContain('plan needs an image');
    expect((await run('--strict', 'plan')).complaints).toContain(
      'the command plan comes before its options. To lint a file of that name, write ./plan',
    );
    expect((await run('--', 'plan')).complaints).not.toContain('command');
  });
});

test('text', async () => {
  expect(await run('--systemd', '252', 'DIR/wrong.service', 'DIR/new.service', 'DIR/latin.service')).toEqual({
    status: 1,
    complaints: '',
    out: [
      'DIR/wrong.service:3:2: warning: systemd ignores the unknown section [Instal] and everything in it. Did you mean [Install]? [unit/unknown-section]',
      'DIR/new.service:3:1: warning: OpenFile= in [Service] came with systemd 253. systemd 252 does not know it and ignores it. [unit/too-new]',
      'DIR/latin.service:3:8: error: This is not UTF-8, outside a comment: systemd refuses to load the unit. Save the file with encoding UTF-8. [unit/not-utf8]',
      '1 error and 2 warnings in 3 files, judged as systemd 252 would.',
      '',
    ].join('\n'),
  });
  expect((await run('DIR/clean.service')).out).toBe('Nothing found in 1 file, judged as systemd 262 would.\n');
});

test('JSON', async () => {
  const { out, status } = await run('--format', 'json', 'DIR/wrong.service');
  expect(status).toBe(1);
  expect(JSON.parse(out)).toEqual([
    {
      file: 'DIR/wrong.service',
      range: { start: { line: 2, character: 1 }, end: { line: 2, character: 7 } },
      severity: 'warning',
      code: 'unit/unknown-section',
      message: expect.stringContaining('Did you mean [Install]?'),
    },
  ]);
  expect((await run('--format', 'json', 'DIR/clean.service')).out).toBe('[]\n');
});

test('a directory is searched for units, drop-ins and profiles, links not followed', async () => {
  const { out } = await run('DIR/tree');
  expect(out.match(/^\S+:\d+:\d+/gm)).toEqual([
    'DIR/tree/usr/lib/systemd/system/a.service:1:2',
    'DIR/tree/usr/lib/systemd/system/a.service.d/x.conf:1:2',
  ]);
  expect(out).toContain('in 4 files');
});

describe('--root', () => {
  test.each([
    ['a path as the image sees it', '/usr/lib/systemd/system/a.service', 1, ''],
    ['a path below the tree', 'DIR/tree/usr/lib/systemd/system/a.service', 1, ''],
    ['an absolute link stays in the image', '/usr/lib/systemd/system/alias.service', 1, ''],
    ['nor does any other lead out of it', '/usr/lib/systemd/system/escape.service', 2, /there is no such file in DIR\/tree/],
    ['nor does ..', '/../../outside/secret.service', 2, /there is no such file in DIR\/tree/],
    ['links in a circle', '/usr/lib/systemd/system/loop.service', 2, /its links lead in a circle/],
    ['a mask', '/usr/lib/systemd/system/masked.service', 0, ''],
  ])('%s', async (_, path, status, complaint) => {
    const result = await run('--root', 'DIR/tree', path);
    expect(result.complaints).toMatch(complaint);
    expect(result.status).toBe(status);
    expect(result.out).not.toContain('Secret');
  });

  test('without a path it is the whole tree', async () => {
    expect((await run('--root', 'DIR/tree')).out).toContain('in 4 files');
  });

  test('a tree that is not there', async () => {
    const { status, complaints } = await run('--root', 'DIR/none', '/a.service');
    expect(status).toBe(2);
    expect(complaints).toContain('DIR/none cannot be used as an image tree');
  });
});

test('nothing from a file or its name steers a terminal', async () => {
  const { out } = await run('DIR/odd');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f]/);
  expect(out.trim().split('\n')).toHaveLength(2);
  expect(out).toContain('DIR/odd/\\x1b[31m\\x0a.service:1:1: error');
});

test.skipIf(process.platform === 'win32')('a FIFO is refused, not waited for', async () => {
  const fifo = join(folder, 'pipe.service');
  if (spawnSync('mkfifo', [fifo]).status !== 0) throw new Error('mkfifo failed');
  const { status, complaints } = await run(fifo);
  expect(status).toBe(2);
  expect(complaints).toContain('not a regular file');
  rmSync(fifo);
});
