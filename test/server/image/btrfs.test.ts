import { describe, expect, test } from 'vitest';
import { openBtrfs } from '../../../server/src/image/btrfs/btrfs.ts';
import { zstdFrame } from '../../../server/src/image/btrfs/unpack.ts';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { unitsOf } from '../../../server/src/image/units.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { btrfsImages } from './btrfs-images.ts';
import { badBytes, badFields, cutOff, explore, exploreAll, type Field, flippedBits, patched } from './hostile.ts';
import { fuzzPoints, fuzzStep, nodeAt, textAt, tinySource, unpackTiny } from './tiny-image.ts';

const open = () => openBtrfs(tinySource(btrfsImages.packed), decompressors);
const words = 'all work and no play '.repeat(1000).slice(0, 9000);

test('names, links, devices and attributes', async () => {
  const { format, root, warnings } = await open();
  expect([format, warnings]).toEqual(['btrfs', undefined]);
  expect(Array.from(await root.list(), ({ name, kind }) => `${name} ${kind}`)).toEqual(
    expect.arrayContaining(['usr directory', 'lib link', 'words file', 'null character', 'fifo fifo', 'sub directory']),
  );
  const link = await nodeAt(root, 'long');
  expect(link.kind === 'link' && (await link.target())).toBe('x/'.repeat(60));
  expect(await nodeAt(root, 'null')).toMatchObject({ device: { major: 1, minor: 3 }, modified: 1_700_000_000, mode: 0o644 });
  const xattrs = await (await nodeAt(root, 'words')).xattrs?.();
  expect(Array.from(xattrs ?? [], ([name, value]) => `${name} ${value.length}`).sort()).toEqual(['security.capability 20', 'user.one 1']);
});

test.each([
  ['zstd', 'words'],
  ['lzo', 'lzo'],
  ['zlib', 'zlib'],
])('a file compressed with %s', async (_, name) => {
  const { root } = await open();
  expect(await textAt(root, name)).toBe(words);
  const file = await nodeAt(root, name);
  if (file.kind !== 'file') throw new Error('not a file');
  expect(new TextDecoder().decode(await file.read(4090, 20))).toBe(words.slice(4090, 4110));
});

test('small files, holes, subvolumes', async () => {
  const { root } = await open();
  expect(await textAt(root, 'usr/lib/os-release')).toBe('ID=tiny\nVERSION_ID=1\n');
  expect(await textAt(root, 'inline')).toBe('x'.repeat(600));
  expect(await textAt(root, 'sub/file')).toBe('sub\n');
  expect((await textAt(root, 'sparse')).replaceAll('\0', '')).toBe('startend');
});

test('units', async () => {
  expect((await unitsOf(await open())).map(({ name }) => name)).toEqual(['a.service', 'b.service', 'c.service']);
});

test('a zstd frame ends where its last block does', () => {
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 2, 0x01 | (2 << 3), 0, 0, 1, 2, 9, 9, 9, 9]; // a stored block of two bytes, a checksum
  expect([...zstdFrame(Uint8Array.from([...frame, 0, 0, 0]))]).toEqual(frame);
  expect(() => zstdFrame(Uint8Array.from(frame.slice(0, -1)))).toThrow('ends too early');
});

const superblock = 65_536;
/** Fields of the superblock that are looked at. (Linux: include/uapi/linux/btrfs_tree.h) */
const fields: readonly Field[] = [
  ['own offset', 0x30, 8],
  ['generation', 0x48, 8],
  ['root tree', 0x50, 8],
  ['chunk tree', 0x58, 8],
  ['log tree', 0x60, 8],
  ['size', 0x70, 8],
  ['root directory', 0x80, 8],
  ['devices', 0x88, 8],
  ['sector size', 0x90, 4],
  ['node size', 0x94, 4],
  ['length of system chunks', 0xa0, 4],
  ['generation of chunk tree', 0xa4, 8],
  ['incompatible', 0xbc, 8],
  ['level of root tree', 0xc6, 1],
  ['level of chunk tree', 0xc7, 1],
  ['device', 0xc9, 8],
  ['key of system chunk', 0x32b + 9, 8],
  ['length of system chunk', 0x33c, 8],
  ['profile of system chunk', 0x33c + 24, 8],
  ['stripes of system chunk', 0x33c + 44, 2],
  ['device of system chunk', 0x33c + 48, 8],
  ['place of system chunk', 0x33c + 56, 8],
];

describe('hostile btrfs', () => {
  const { bytes, at, image } = unpackTiny(btrfsImages.packed);
  const openBytes = (kept: Parameters<typeof image>[0]) => openBtrfs(image(kept), decompressors);

  test('as made it is fine', async () => expect(await explore(openBytes, bytes)).toBe('fine'));

  test('cut off', async () => {
    expect(Object.keys(await exploreAll(openBytes, cutOff(bytes, 1000)))).toEqual(['corrupt']);
  });

  test('every field of the superblock', async () => {
    const placed = fields.map(([name, offset, width]): Field => [name, at(superblock + offset), width]);
    expect(await exploreAll(openBytes, badFields(bytes, placed, 4))).toHaveProperty('corrupt');
  });

  test('bytes of all structures', async () => {
    const counts = await exploreAll(openBytes, badBytes(bytes, 0, bytes.length, fuzzStep(bytes.length)));
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['corrupt', 'corrupt+fine']));
    await exploreAll(openBytes, flippedBits(bytes, fuzzPoints));
  });

  test.each<[string, number, 8 | 1, bigint, string, string]>([
    ['a second device', 0x88, 8, 2n, 'unsupported', 'one of 2 devices'],
    ['a feature of the future', 0xbc, 8, 1n << 40n, 'unsupported', 'not known here'],
    ['zones', 0xbc, 8, 0x1000n, 'unsupported', 'zoned'],
    ['a chunk on another device', 0x33c + 48, 8, 7n, 'unsupported', 'another device'],
    ['a tree of 200 levels', 0xc6, 1, 200n, 'corrupt', '200 levels'],
  ])('%s', async (_, offset, width, value, kind, message) => {
    const changed = image(memorySource(patched(bytes, at(superblock + offset), width, value)));
    await expect(openBtrfs(changed, decompressors)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  test('a log that was not played back is a warning', async () => {
    const changed = image(memorySource(patched(bytes, at(superblock + 0x60), 8, 4096n)));
    expect((await openBtrfs(changed, decompressors)).warnings).toEqual([expect.stringContaining('log')]);
  });
});
