import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { ownDecompressors } from '../../../server/src/image/compression/own.ts';
import { encodeName } from '../../../server/src/image/entry-name.ts';
import type { DirectoryNode, ImageNode } from '../../../server/src/image/image-tree.ts';
import { openRawImage } from '../../../server/src/image/raw-image.ts';
import { resolveInImage } from '../../../server/src/image/resolve.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../../server/src/node/images/image-files.ts';
import { counted } from './counted.ts';
import { haveMksquashfs, makeBigDirectory, makeVariedTree, mksquashfs } from './real-squashfs.ts';

/** The first difference between a node and the file that it was made from, or undefined. */
async function difference(node: ImageNode | undefined, path: Buffer): Promise<string | undefined> {
  const stat = lstatSync(path);
  const where = JSON.stringify(path.toString('latin1'));
  if (!node) return `${where} is missing`;
  const mine = [node.mode, node.uid, node.gid, node.modified];
  const theirs = [stat.mode & 0o7777, stat.uid, stat.gid, Math.floor(stat.mtimeMs / 1000)];
  if (mine.join() !== theirs.join()) return `${where} has attributes ${mine} instead of ${theirs}`;
  switch (node.kind) {
    case 'directory':
      return directoryDifference(node, path);
    case 'file': {
      const bytes = readFileSync(path);
      if (node.size !== bytes.length) return `${where} has ${node.size} bytes instead of ${bytes.length}`;
      if (!bytes.equals(await node.read(0, node.size + 10))) return `${where} has other content`;
      const [from, length] = [Math.floor(bytes.length / 3), 5000];
      if (!bytes.subarray(from, from + length).equals(await node.read(from, length))) return `${where} has other content from ${from} on`;
      return undefined;
    }
    case 'link':
      return readlinkSync(path, { encoding: 'buffer' }).equals(encodeName(await node.target())) ? undefined : `${where} links elsewhere`;
    default: {
      const kinds = { fifo: stat.isFIFO(), socket: stat.isSocket(), character: stat.isCharacterDevice(), block: stat.isBlockDevice() };
      return kinds[node.kind] ? undefined : `${where} is no ${node.kind}`;
    }
  }
}

async function directoryDifference(node: DirectoryNode, path: Buffer): Promise<string | undefined> {
  const names = Array.from(await node.list(), ({ name }) => name);
  const mine = names.map(name => Buffer.from(encodeName(name)).toString('latin1')).sort();
  const theirs = readdirSync(path, { encoding: 'buffer' })
    .map(name => name.toString('latin1'))
    .sort();
  if (mine.join('/') !== theirs.join('/')) return `${path} lists ${mine.length} names instead of ${theirs.length}, or others`;
  for (const name of names) {
    const found = await difference(await node.lookup(name), Buffer.concat([path, Buffer.from('/'), encodeName(name)]));
    if (found) return found;
  }
  return undefined;
}

describe.skipIf(!haveMksquashfs)('images made by mksquashfs', () => {
  let folder: string;
  let source: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'squashfs-'));
    source = join(folder, 'tree');
    makeVariedTree(source);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[string, ...string[]]>([
    ['defaults'],
    ['gzip, level 1', '-Xcompression-level', '1'],
    ['gzip with strategies', '-Xstrategy', 'filtered,huffman_only,run_length_encoded,fixed'],
    ['gzip, small window', '-Xwindow-size', '9'],
    ['zstd', '-comp', 'zstd', '-Xcompression-level', '3'],
    ['zstd in blocks of 1 MiB', '-comp', 'zstd', '-Xcompression-level', '1', '-b', '1M'],
    ['blocks of 4 KiB', '-b', '4K'],
    ['blocks of 64 KiB', '-b', '64K'],
    ['blocks of 1 MiB', '-b', '1M'],
    ['no fragments', '-no-fragments'],
    ['always fragments', '-always-use-fragments'],
    ['inodes stored', '-noI'],
    ['data stored', '-noD'],
    ['fragments stored', '-noF'],
    ['ids stored', '-noId'],
    ['all stored', '-noI', '-noD', '-noF', '-noId', '-noX'],
    ['holes not looked for', '-no-sparse'],
    ['no duplicates, not exportable', '-no-duplicates', '-no-exports'],
    ['tail of files packed', '-tailends'],
    ['not padded', '-nopad'],
  ])('%s: as the tree that they were made from', async (name, ...options) => {
    const image = join(folder, `${name}.raw`);
    mksquashfs(source, image, options);
    const file = await imageFiles.open(image);
    try {
      const tree = await openRawImage(file, decompressors);
      expect(tree.format).toBe('squashfs');
      expect(await difference(tree.root, Buffer.from(source))).toBeUndefined();
    } finally {
      await file.close();
      rmSync(image);
    }
  });

  test('a directory of 5,000 names: as the one that it was made from', async () => {
    const [big, image] = [join(folder, 'big'), join(folder, 'big.raw')];
    makeBigDirectory(big, 5_000);
    mksquashfs(big, image);
    const tree = await openRawImage(memorySource(readFileSync(image)), decompressors);
    expect(await difference(tree.root, Buffer.from(big))).toBeUndefined();
  });

  test.each(['xz', 'lzo', 'lz4', 'lzma'])('%s', async compression => {
    const image = join(folder, `${compression}.raw`);
    mksquashfs(source, image, ['-comp', compression]);
    const tree = await openRawImage(memorySource(readFileSync(image)), decompressors);
    expect(await difference(tree.root, Buffer.from(source))).toBeUndefined();
  });

  test('zstd where this Node has none', async () => {
    const image = join(folder, 'zstd-old-node.raw');
    mksquashfs(source, image, ['-comp', 'zstd', '-Xcompression-level', '19']);
    const tree = await openRawImage(memorySource(readFileSync(image)), { ...decompressors, zstd: ownDecompressors.zstd });
    expect(await difference(tree.root, Buffer.from(source))).toBeUndefined();
  });

  test('a compression that there is none for is named', async () => {
    const image = join(folder, 'zstd-nowhere.raw');
    mksquashfs(join(source, 'a'), image, ['-comp', 'zstd']);
    const opened = openRawImage(memorySource(readFileSync(image)), {});
    await expect(opened).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('compressed with zstd') });
  });

  test('what is asked outside a file or directory', async () => {
    const image = join(folder, 'asked.raw');
    mksquashfs(source, image);
    const { root } = await openRawImage(memorySource(readFileSync(image)), decompressors);
    const one = await root.lookup('one');
    if (one?.kind !== 'file') throw new Error('not a file');
    expect([...(await one.read(1, 5))]).toEqual([]);
    expect([...(await one.read(100, 5))]).toEqual([]);
    expect([...(await one.read(0, 0))]).toEqual([]);
    for (const name of ['', '.', '..', 'a/b', 'missing', 'constructor', '__proto__']) expect(await root.lookup(name)).toBeUndefined();
  });

  test('reading a small part of a large image reads little of it', async () => {
    const image = join(folder, 'little.raw');
    mksquashfs(source, image);
    const counting = counted(memorySource(readFileSync(image)));
    const tree = await openRawImage(counting, decompressors);
    const found = await resolveInImage(tree, '/a/b/c/d/e/deep');
    expect(found).toMatchObject({ outcome: 'found' });
    expect(counting.taken).toBeLessThan(256 * 1024);
  });
});
