import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { unitsOf } from '../../../server/src/image/units.ts';
import { openXfs } from '../../../server/src/image/xfs/xfs.ts';
import { badBytes, badFields, cutOff, explore, exploreAll, type Field, flippedBits, patched } from './hostile.ts';
import { fuzzPoints, fuzzStep, nodeAt, textAt, tinySource, unpackTiny } from './tiny-image.ts';
import { xfsImages } from './xfs-images.ts';

const xattrsOf = async (image: keyof typeof xfsImages, name: string) => {
  const { root } = await openXfs(tinySource(xfsImages[image]));
  return Array.from((await (await nodeAt(root, name)).xattrs?.()) ?? [], ([xattr, value]) => `${xattr} ${value.length}`).sort();
};

describe('xfs of version 5', () => {
  const open = () => openXfs(tinySource(xfsImages.five));

  test('names, texts, links and devices', async () => {
    const { format, root, warnings } = await open();
    expect([format, warnings]).toEqual(['xfs', undefined]);
    expect(Array.from(await root.list(), ({ name, kind }) => `${name} ${kind}`)).toEqual(
      expect.arrayContaining(['usr directory', 'lib link', 'words file', 'null character', 'fifo fifo', 'many directory']),
    );
    expect(await textAt(root, 'usr/lib/os-release')).toBe('ID=tiny\nVERSION_ID=1\n');
    expect((await textAt(root, 'sparse')).replaceAll('\0', '')).toBe('startend');
    const pieces = await textAt(root, 'pieces');
    for (let i = 0; i < 40; i++) expect(pieces.slice(i * 2048, i * 2048 + 1024)).toBe(`${i}`.padStart(4, '0').repeat(256));
    const link = await nodeAt(root, 'long');
    expect(link.kind === 'link' && (await link.target())).toBe('x/'.repeat(60));
    expect(await nodeAt(root, 'null')).toMatchObject({ device: { major: 1, minor: 3 }, modified: 1_700_000_000, mode: 0o644 });
  });

  test('attributes in inodes, leaves and blocks of their own', async () => {
    expect(await xattrsOf('five', 'pieces')).toEqual(['user.long 3000']);
    const many = Array.from({ length: 60 }, (_, i) => `user.attribute-${i} 30`);
    expect(await xattrsOf('five', 'words')).toEqual([...many, 'security.capability 20', 'user.one 1'].sort());
    expect((await xattrsOf('five', 'sparse')).length).toBe(12);
  });

  test('units', async () => {
    expect((await unitsOf(await open())).map(({ name }) => name)).toEqual(['a.service', 'b.service', 'c.service']);
  });
});

test('xfs of version 4', async () => {
  const { root, warnings } = await openXfs(tinySource(xfsImages.four));
  expect(warnings).toBeUndefined();
  expect(Array.from(await root.list(), ({ name, kind }) => `${name} ${kind}`)).toEqual([
    'link link',
    'many directory',
    'null character',
    'usr directory',
    'words file',
  ]);
  const many = await nodeAt(root, 'many');
  expect(many.kind === 'directory' && [...(await many.list())].length).toBe(60);
  expect(await textAt(root, 'usr/lib/os-release')).toBe('ID=tiny\nVERSION_ID=1\n');
  expect(await xattrsOf('four', 'words')).toEqual(['user.long 3000', 'user.one 10']);
});

/** Fields of the superblock that are looked at. (Linux: fs/xfs/libxfs/xfs_format.h) */
const fields: readonly Field[] = (
  [
    ['block size', 4, 4],
    ['blocks', 8, 8],
    ['log', 48, 8],
    ['root inode', 56, 8],
    ['blocks of a group', 84, 4],
    ['groups', 88, 4],
    ['blocks of the log', 96, 4],
    ['version', 100, 2],
    ['inode size', 104, 2],
    ['block bits', 120, 1],
    ['inode size bits', 122, 1],
    ['inode bits', 123, 1],
    ['group bits', 124, 1],
    ['in progress', 126, 1],
    ['directory bits', 192, 1],
    ['more features', 200, 4],
    ['incompatible', 216, 4],
  ] as const
).map(([name, offset, width]): Field => [name, offset, width, 'big']);

describe.each(['five', 'four'] as const)('hostile xfs, version %s', version => {
  const { bytes, image } = unpackTiny(xfsImages[version]);
  const open = (kept: Parameters<typeof image>[0]) => openXfs(image(kept));

  test('as made it is fine', async () => expect(await explore(open, bytes)).toBe('fine'));

  test('cut off', async () => {
    expect(Object.keys(await exploreAll(open, cutOff(bytes, 1000)))).toEqual(['corrupt']);
  });

  test('every field of the superblock', async () => {
    const counts = await exploreAll(open, badFields(bytes, fields, 4));
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['corrupt', 'unsupported']));
  });

  test('bytes of all structures', async () => {
    const counts = await exploreAll(open, badBytes(bytes, 512, bytes.length, fuzzStep(bytes.length)));
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['corrupt+fine', 'fine']));
    await exploreAll(open, flippedBits(bytes, fuzzPoints, 512));
  });
});

test.each<[string, number, 1 | 2 | 4, bigint, string, string]>([
  ['version 3', 100, 2, 3n, 'unsupported', 'version 3'],
  ['a feature of the future', 216, 4, 1n << 31n, 'unsupported', 'not known here, 0x80000000'],
  ['marked for repair', 216, 4, 0x11n, 'unsupported', 'xfs_repair'],
  ['half made', 126, 1, 1n, 'corrupt', 'not completely made'],
])('%s', async (_, offset, width, value, kind, message) => {
  const { bytes, image } = unpackTiny(xfsImages.five);
  const changed = image(memorySource(patched(bytes, offset, width, value, 'big')));
  await expect(openXfs(changed)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
});
