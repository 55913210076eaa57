import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { openExt } from '../../../server/src/image/ext/ext.ts';
import { maxRead } from '../../../server/src/image/image-tree.ts';
import { unitsOf } from '../../../server/src/image/units.ts';
import { extImages } from './ext-images.ts';
import { badBytes, badFields, cutOff, explore, exploreAll, type Field, flippedBits, patched } from './hostile.ts';
import { fuzzPoints, fuzzStep, nodeAt, textAt, tinySource, unpackTiny } from './tiny-image.ts';

const kinds = ['extents', 'lists', 'inline'] as const;

describe.each(kinds)('ext, %s', kind => {
  const open = () => openExt(tinySource(extImages[kind]));

  test('names, texts, links, devices and attributes', async () => {
    const { format, root, warnings } = await open();
    expect([format, warnings]).toEqual(['ext4', undefined]);
    expect(Array.from(await root.list(), ({ name, kind }) => `${name} ${kind}`)).toEqual(
      expect.arrayContaining(['usr directory', 'lib link', 'words file', 'null character', 'fifo fifo']),
    );
    expect(await textAt(root, 'usr/lib/os-release')).toBe('ID=tiny\nVERSION_ID=1\n');
    expect((await textAt(root, 'words')).slice(0, 42)).toBe('all work and no play all work and no play ');
    const links = await Promise.all(['lib', 'long'].map(name => nodeAt(root, name)));
    expect(await Promise.all(links.map(link => link.kind === 'link' && link.target()))).toEqual(['usr/lib', 'x/'.repeat(60)]);
    expect(await nodeAt(root, 'null')).toMatchObject({ device: { major: 1, minor: 3 }, modified: 1_700_000_000, mode: 0o644 });
    expect([...((await (await nodeAt(root, 'words')).xattrs?.()) ?? [])].map(([name, value]) => `${name} ${value.length}`)).toEqual([
      'user.one 1',
      'security.capability 20',
    ]);
    expect((await (await nodeAt(root, 'sparse')).xattrs?.())?.size).toBe(12);
  });

  test('any part of a file with holes', async () => {
    const { root } = await open();
    const file = await nodeAt(root, 'sparse');
    if (file.kind !== 'file') throw new Error('not a file');
    const whole = await file.read(0, maxRead);
    expect([whole.length, new TextDecoder().decode(whole).replaceAll('\0', '')]).toEqual([40_003, 'startend']);
    for (const [from, length] of [
      [0, 0],
      [4, 2],
      [1023, 2],
      [39_999, 10],
      [40_003, 1],
      [2 ** 40, 1],
    ] as const)
      expect([...(await file.read(from, length))]).toEqual([...whole.subarray(from, from + length)]);
  });

  test('units', async () => {
    expect((await unitsOf(await open())).map(({ name }) => name)).toEqual(['a.service', 'b.service', 'c.service']);
  });
});

test('a file in pieces, and one that was set aside', async () => {
  const { root } = await openExt(tinySource(extImages.extents));
  const text = await textAt(root, 'pieces');
  expect(text.length).toBe(23 * 1024);
  for (let i = 0; i < 12; i++) expect(text.slice(i * 2048, i * 2048 + 1024)).toBe(`${i}`.padStart(4, '0').repeat(256));
  expect(await textAt(root, 'allocated')).toBe('\0'.repeat(4096));
});

/** Fields of the superblock that are looked at. (Linux: fs/ext4/ext4.h) */
const fields: readonly Field[] = [
  ['inodes', 0, 4],
  ['blocks', 4, 4],
  ['first data block', 0x14, 4],
  ['block size', 0x18, 4],
  ['cluster size', 0x1c, 4],
  ['blocks per group', 0x20, 4],
  ['inodes per group', 0x28, 4],
  ['revision', 0x4c, 4],
  ['inode size', 0x58, 2],
  ['compatible', 0x5c, 4],
  ['incompatible', 0x60, 4],
  ['read-only compatible', 0x64, 4],
  ['descriptor size', 0xfe, 2],
  ['first meta group', 0x104, 4],
  ['blocks, upper half', 0x150, 4],
];

describe.each(kinds)('hostile ext, %s', kind => {
  const { bytes, at, image } = unpackTiny(extImages[kind]);
  const open = (kept: Parameters<typeof image>[0]) => openExt(image(kept));

  test('as made it is fine', async () => expect(await explore(open, bytes)).toBe('fine'));

  test('cut off', async () => {
    expect(Object.keys(await exploreAll(open, cutOff(bytes, 1000)))).toEqual(['corrupt']);
  });

  test('every field of the superblock', async () => {
    const placed = fields.map(([name, offset, width]): Field => [name, at(1024 + offset), width]);
    expect(await exploreAll(open, badFields(bytes, placed, 4))).toHaveProperty('corrupt');
  });

  test('bytes of all structures', async () => {
    expect(Object.keys(await exploreAll(open, badBytes(bytes, at(2048), bytes.length, fuzzStep(bytes.length))))).toContain('corrupt+fine');
    await exploreAll(open, flippedBits(bytes, fuzzPoints, at(2048)));
  });
});

test.each<[string, number, 'unsupported' | 'corrupt', string]>([
  ['compression', 0x1, 'unsupported', 'it uses a feature of ext4 that cannot be read: compression'],
  ['the journal of another', 0x8, 'unsupported', 'journal_dev'],
  ['a feature of the future', 0x8000_0000, 'unsupported', 'not known here, 0x80000000'],
])('%s', async (_, feature, kind, message) => {
  const { bytes, at, image } = unpackTiny(extImages.extents);
  const changed = image(memorySource(patched(bytes, at(1024 + 0x60), 4, BigInt(feature))));
  await expect(openExt(changed)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
});

test('a journal that was not played back is a warning', async () => {
  const { bytes, at, image } = unpackTiny(extImages.lists);
  const { warnings } = await openExt(image(memorySource(patched(bytes, at(1024 + 0x60), 4, 0x6n))));
  expect(warnings).toEqual([expect.stringContaining('journal')]);
});

test('a directory inside itself', async () => {
  const { bytes, image } = unpackTiny(extImages.lists);
  const entry = Buffer.from(bytes).indexOf(Buffer.from([3, 2, ...Buffer.from('usr')])); // length, kind, name
  const { root } = await openExt(image(memorySource(patched(bytes, entry - 6, 4, 2n))));
  await expect(root.lookup('usr')).rejects.toMatchObject({ kind: 'corrupt', message: 'a directory lies inside itself' });
});
