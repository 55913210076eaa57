import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { crc32c } from '../../../server/src/image/erofs/crc32c.ts';
import { findInDirectory, parseDirectory } from '../../../server/src/image/erofs/directory.ts';
import { openErofs } from '../../../server/src/image/erofs/erofs.ts';
import type { ImageNode, ImageTree } from '../../../server/src/image/image-tree.ts';
import { openRawImage } from '../../../server/src/image/raw-image.ts';
import { unitsOf } from '../../../server/src/image/units.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { counted } from './counted.ts';
import { erofsSamples, unchecked } from './erofs-samples.ts';
import { noise, words } from './real-squashfs.ts';

/** What all samples were made of. */
const parts = [words(9000), noise(300, 1), words(5000), noise(100, 2), words(100)];
const files: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  mixed: Buffer.concat(parts),
  again: Buffer.concat(parts.slice(1)),
  noise: noise(600, 3),
  words: words(6000),
};
const time = 1_700_000_000;
const text = (value: string) => new TextEncoder().encode(value);

const open = (bytes: Uint8Array) => openRawImage(memorySource(bytes), decompressors);
const at = async ({ root }: ImageTree, name: string): Promise<ImageNode | undefined> => root.lookup(name);
const xattrsOf = async (tree: ImageTree, name: string) =>
  Object.fromEntries(Array.from((await (await at(tree, name))?.xattrs?.()) ?? [], ([key, value]) => [key, new Uint8Array(value)]));

describe.each(erofsSamples.map(({ name, bytes }) => [name, bytes] as const))('%s', (_, bytes) => {
  test('names, kinds and owners', async () => {
    const tree = await open(bytes);
    expect(tree.format).toBe('erofs');
    const listed = Object.fromEntries(Array.from(await tree.root.list(), ({ name, kind }) => [name, kind]));
    expect(listed).toEqual({
      ...Object.fromEntries(Object.keys(files).map(name => [name, 'file'])),
      fifo: 'fifo',
      lib: 'link',
      null: 'character',
      usr: 'directory',
    });
    expect(await at(tree, 'words')).toMatchObject({ uid: 1000, gid: 70_000, mode: 0o644, modified: time });
    expect(await at(tree, 'noise')).toMatchObject({ uid: 0, gid: 0, mode: 0o4755, modified: time });
    expect(await at(tree, 'null')).toMatchObject({ device: { major: 1, minor: 3 } });
    const link = await at(tree, 'lib');
    expect(link?.kind === 'link' && (await link.target())).toBe('usr/lib');
    for (const name of ['', '.', '..', 'nothing', 'zzz', '\0']) expect(await at(tree, name)).toBeUndefined();
  });

  test('every byte, from anywhere', async () => {
    const tree = await open(bytes);
    for (const [name, content] of Object.entries(files)) {
      const file = await at(tree, name);
      if (file?.kind !== 'file') throw new Error(`${name} is a ${file?.kind}`);
      expect(file.size).toBe(content.length);
      for (const [offset, length] of [
        [0, 1 << 20],
        [1, 1],
        [511, 2],
        [4095, 2],
        [8999, 302],
        [content.length - 1, 5],
        [content.length, 5],
      ] as const) {
        const from = Math.max(offset, 0);
        const read = await file.read(from, length);
        expect(Buffer.compare(read, content.subarray(from, from + length)), `${name} at ${from}`).toBe(0);
      }
    }
  });

  test('attributes and units', async () => {
    const tree = await open(bytes);
    expect(await xattrsOf(tree, 'mixed')).toEqual({ 'user.one': text('1'), 'user.two': text('22') });
    expect(await xattrsOf(tree, 'words')).toEqual({ 'user.one': text('1') });
    expect(await xattrsOf(tree, 'empty')).toEqual({});
    expect(JSON.stringify(await unitsOf(tree))).toContain('a.service');
  });
});

const [plain] = erofsSamples;
const image = plain?.bytes ?? new Uint8Array();

/** A copy whose superblock says something else, its checksum left out. */
function changed(offset: number, ...bytes: readonly number[]): Uint8Array {
  return changedAt(image, offset, bytes);
}

function changedAt(original: Uint8Array, offset: number, bytes: readonly number[]): Uint8Array {
  const copy = unchecked(original);
  copy.set(bytes, 1024 + offset);
  return copy;
}

test.each<[string, 'corrupt' | 'unsupported', RegExp, Uint8Array]>([
  ['cut off in the superblock', 'corrupt', /cut off/, image.subarray(0, 1100)],
  ['cut off', 'corrupt', /should have/, image.subarray(0, 20_000)],
  ['a wrong checksum', 'corrupt', /checksum/, Object.assign(image.slice(), { [1024 + 64]: 1 })],
  ['an unknown feature', 'unsupported', /0x40000000/, changed(80, 0, 0, 0, 0x40)],
  ['a block size of 2^8', 'corrupt', /block size/, changed(12, 8)],
  ['a block size of 2^17', 'corrupt', /block size/, changed(12, 17)],
  ['directories in other blocks', 'unsupported', /directories/, changed(90, 1)],
  ['a superblock longer than the image', 'corrupt', /should have|longer/, changed(36, 0, 0, 0, 0)],
  ['an unknown algorithm', 'unsupported', /algorithms/, changed(80, 2, 0, 0, 0, 0x10)],
  ['settings of an algorithm that are too short', 'corrupt', /settings for lz4/, changedAt(changed(80, 2, 0, 0, 0, 1), 128, [13, 0])],
  ['metadata that is nowhere', 'corrupt', /does not say/, changed(80, 0, 1)],
  ['a root outside', 'corrupt', /outside/, changed(14, 0xff, 0xff)],
])('%s', async (_, kind, message, bytes) => {
  await expect(open(bytes)).rejects.toMatchObject({ name: 'ImageError', kind, message: expect.stringMatching(message) });
});

test('a compression that this program does not have', async () => {
  const sample = erofsSamples.find(({ name }) => name.startsWith('lzma'));
  const tree = await openRawImage(memorySource(sample?.bytes ?? new Uint8Array()), {});
  const file = await at(tree, 'mixed');
  if (file?.kind !== 'file') throw new Error('no file');
  await expect(file.read(0, 1)).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('lzma') });
});

test('opening and one small read take little of an image', async () => {
  const source = counted(memorySource(image));
  const file = await at(await openErofs(source, decompressors), 'words');
  if (file?.kind === 'file') await file.read(3000, 10);
  expect(source.taken).toBeLessThan(2 * 16_384 + 10_000);
});

test('CRC-32C', () => {
  expect(crc32c(text('123456789'))).toBe(~0xe3069283 >>> 0);
});

/** A directory of blocks with such names, each an entry of a file. */
function directory(blockSize: number, blocks: readonly (readonly (string | Uint8Array)[])[]): Uint8Array {
  return Buffer.concat(
    blocks.map(names => {
      const block = Buffer.alloc(blockSize);
      let to = 12 * names.length;
      names.forEach((name, i) => {
        block.writeBigUInt64LE(BigInt(100 + i), 12 * i);
        block.writeUInt16LE(to, 12 * i + 8);
        block.writeUInt8(1, 12 * i + 10);
        const bytes = Buffer.from(name);
        bytes.copy(block, to);
        to += bytes.length;
      });
      return block;
    }),
  );
}

test.each<[string, readonly (string | Uint8Array)[], RegExp]>([
  ['a slash', ['a/b'], /named "a\/b"/],
  ['a NUL', ['a\0b', 'c'], /named "a\\u0000b"/],
  ['no name', ['', 'a'], /name from/],
  ['a name twice', ['a', 'a'], /twice/],
  ['a name of 256 bytes', ['n'.repeat(256)], /name from/],
])('a directory with %s', (_, names, message) => {
  expect(() => parseDirectory(directory(512, [names]), 512)).toThrow(message);
});

test('names are found by their bytes, over blocks', async () => {
  const latin = Uint8Array.from([0x61, 0xe4]);
  const blocks = [
    ['.', '..', 'B', 'a', 'ab'],
    ['abc', latin, 'b'],
    ['zz', 'ümlaut', '😀'],
  ];
  const bytes = directory(128, blocks);
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const all = parseDirectory(bytes, 128);
  const names = Array.from(await all.list(async () => 'file'), ({ name }) => name);
  expect(names).toEqual(['B', 'a', 'ab', 'abc', 'a\udce4', 'b', 'zz', 'ümlaut', '😀']);
  for (const name of names) expect(await findInDirectory(read, bytes.length, 128, name), name).toEqual(all.get(name));
  for (const name of ['', '.', '..', 'A', 'aa', 'c', 'zzz', '😁']) {
    expect(await findInDirectory(read, bytes.length, 128, name), name).toBeUndefined();
  }
});
