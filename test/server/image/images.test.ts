import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDirectory } from '../../../server/src/image/directory-tree.ts';
import { resolveInImage } from '../../../server/src/image/resolve.ts';
import { imageFiles } from '../../../server/src/node/images/image-files.ts';
import { findImages } from '../../../server/src/node/images/images.ts';
import { haveMksquashfs, mksquashfs } from './real-squashfs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array = '[Service]\nExecStart=/bin/true\n'): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function writeTree(name: string): string {
  write(`${name}/usr/lib/os-release`, 'ID=debian\nVERSION_ID=13\n');
  write(`${name}/usr/lib/systemd/system/hello.service`);
  write(`${name}/usr/lib/systemd/system/ssh.socket`);
  return join(folder, name);
}

const unitsOf = (units: readonly { name: string; attachable: boolean }[]) => units.map(({ name, attachable }) => `${name} ${attachable}`);

test.skipIf(!haveMksquashfs)('a directory and the squashfs that was made from it', async () => {
  const tree = writeTree('hello_1.0');
  mksquashfs(tree, join(folder, 'hello_1.0.raw'));
  const [directory, raw] = await findImages([folder]);
  expect(directory).toMatchObject({ path: tree, kind: 'directory', version: '13', prefix: 'hello' });
  expect(raw).toMatchObject({
    path: `${tree}.raw`,
    name: 'hello_1.0',
    kind: 'raw',
    fileSystem: 'squashfs',
    version: '13',
    prefix: 'hello',
  });
  expect(unitsOf(directory?.units ?? [])).toEqual(['hello.service true', 'ssh.socket false']);
  expect(unitsOf(raw?.units ?? [])).toEqual(['hello.service true', 'ssh.socket false']);
  expect(raw?.units[0]?.file).toBeUndefined();
  expect(directory?.units[0]?.file).toBe(join(tree, 'usr/lib/systemd/system/hello.service'));
});

test('a raw image is read again when it changed, and only then', async () => {
  const path = write('a.raw', 'XFSB');
  const [first] = await findImages([folder]);
  expect((await findImages([folder]))[0]).toBe(first);
  writeFileSync(path, 'hsqs');
  expect((await findImages([folder]))[0]).toMatchObject({ fileSystem: 'squashfs' });
  writeFileSync(path, 'XFSB');
  utimesSync(path, 1, 1);
  expect((await findImages([folder]))[0]).toMatchObject({ fileSystem: 'xfs' });
});

test('of versions in a directory it is told which one systemd takes', async () => {
  for (const name of ['a_1.raw', 'a_2.raw', 'a_3+0.raw', 'b_9.raw']) write(`a.raw.v/${name}`, 'XFSB');
  writeTree('c.v/c_1');
  const among = (await findImages([folder])).map(image => [image.path.slice(folder.length + 1), image.among]);
  const raw = { directory: 'a.raw.v', of: 4, taken: 'a_2.raw' };
  expect(among).toEqual([
    ['a.raw.v/a_1.raw', { ...raw, verdict: 'older' }],
    ['a.raw.v/a_2.raw', { ...raw, verdict: 'taken' }],
    ['a.raw.v/a_3+0.raw', { ...raw, verdict: 'spent' }],
    ['a.raw.v/b_9.raw', { ...raw, verdict: 'misnamed' }],
    ['c.v/c_1', { directory: 'c.v', of: 1, taken: 'c_1', verdict: 'taken' }],
  ]);
});

test('a pipe named like an image does not make anybody wait', async () => {
  spawnSync('mkfifo', [join(folder, 'a.raw')]);
  symlinkSync('a.raw', join(folder, 'b.raw'));
  expect(await findImages([folder])).toEqual([]);
  await expect(imageFiles.open(join(folder, 'a.raw'))).rejects.toMatchObject({ kind: 'unsupported' });
});

test('no link leads out of a directory image', async () => {
  const secret = write('secret', 'secret');
  const tree = writeTree('image');
  symlinkSync(secret, join(tree, 'usr/lib/systemd/system/hello-1.service'));
  symlinkSync('../'.repeat(30) + secret.slice(1), join(tree, 'usr/lib/systemd/system/hello-2.service'));
  symlinkSync(folder, join(tree, 'etc'));
  const [image] = await findImages([folder]);
  expect(unitsOf(image?.units ?? [])).toEqual(['hello.service false', 'ssh.socket false']);
  const opened = await openDirectory(imageFiles, tree);
  expect(await resolveInImage(opened, '/etc/secret')).toMatchObject({ outcome: 'missing' });
});

test('names that are not UTF-8', async () => {
  const name = Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xe4])]);
  mkdirSync(name);
  writeFileSync(Buffer.concat([name, Buffer.from('/b')]), 'text');
  const tree = await openDirectory(imageFiles, folder);
  expect([...(await tree.root.list())]).toEqual([{ name: 'a\udce4', kind: 'directory' }]);
  const found = await resolveInImage(tree, 'a\udce4/b');
  if (found.outcome !== 'found' || found.node.kind !== 'file') throw new Error('not found');
  expect(Buffer.from(await found.node.read(0, 10)).toString()).toBe('text');
});

test('reading a file in parts', async () => {
  const tree = await openDirectory(imageFiles, join(write('t/f', '0123456789'), '..'));
  const file = await tree.root.lookup('f');
  if (file?.kind !== 'file') throw new Error('not a file');
  const text = async (offset: number, length: number) => Buffer.from(await file.read(offset, length)).toString();
  expect([await text(0, 3), await text(8, 100), await text(10, 1), await text(99, 1)]).toEqual(['012', '89', '', '']);
});

// root may read everything: somebody else has to try
describe.skipIf(process.getuid?.() !== 0)('as a user without rights (needs root)', () => {
  test('closed directories and files are named', async () => {
    chmodSync(folder, 0o755);
    writeTree('closed');
    writeTree('half');
    write('file.raw', 'hsqs');
    chmodSync(join(folder, 'closed'), 0o700);
    chmodSync(join(folder, 'half/usr/lib/systemd/system'), 0o700);
    chmodSync(join(folder, 'file.raw'), 0o600);
    process.seteuid?.(65534);
    try {
      const found = await findImages([folder]);
      expect(found.map(({ name, version, problem }) => [name, version, problem])).toEqual([
        ['closed', undefined, 'not allowed: this user may not read it, or a part of it'],
        ['file', undefined, 'not allowed: this user may not read it, or a part of it'],
        ['half', '13', 'not allowed: this user may not read it, or a part of it'],
      ]);
    } finally {
      process.seteuid?.(0);
    }
  });
});
