import { describe, expect, test } from 'vitest';
import { openErofs } from '../../../server/src/image/erofs/erofs.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { erofsSamples } from './erofs-samples.ts';
import { badBytes, badFields, cutOff, exploreAll, type Field, flippedBits, type NamedImage, type Open, patched } from './hostile.ts';

const open: Open = source => openErofs(source, decompressors);
const superblock = 1024;

/** A copy without the checksum of its superblock: what is behind that is to be tested. */
function unchecked(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[superblock + 8] = (copy[superblock + 8] ?? 0) & ~1;
  return copy;
}

/** Of the superblock: name, offset, bytes. */
const fields: readonly Field[] = (
  [
    ['features that may be ignored', 8, 4],
    ['block size', 12, 1],
    ['extensions', 13, 1],
    ['root or blocks', 14, 2],
    ['inodes', 16, 8],
    ['epoch', 24, 8],
    ['blocks', 36, 4],
    ['metadata', 40, 4],
    ['shared attributes', 44, 4],
    ['features', 80, 4],
    ['algorithms', 84, 2],
    ['devices', 86, 2],
    ['device table', 88, 2],
    ['directory blocks', 90, 1],
    ['prefixes', 91, 1],
    ['start of the prefixes', 92, 4],
    ['packed file', 96, 8],
    ['root', 112, 8],
    ['metabox', 128, 8],
    ['settings', 144, 8],
  ] as const
).map(([name, offset, width]) => [name, superblock + offset, width]);

describe.each(erofsSamples.map(({ name, bytes }) => [name, unchecked(bytes)] as const))('hostile erofs: %s', (_, bytes) => {
  test('cut off anywhere', async () => {
    expect(await exploreAll(open, cutOff(bytes, 1000))).toEqual({ corrupt: 1000 });
  });

  test('cut off inside, the superblock saying so', async () => {
    const images = Array.from(cutOff(bytes, 1000 / erofsSamples.length))
      .filter(([, cut]) => cut.length > superblock + 128)
      .map(([name, cut]): NamedImage => [name, patched(cut, superblock + 36, 4, BigInt(cut.length >> (cut[superblock + 12] ?? 12)))]);
    expect(Object.keys(await exploreAll(open, images)).join(' ')).toContain('corrupt');
  });

  test('every field of the superblock', async () => {
    expect(await exploreAll(open, badFields(bytes, fields, 1))).toHaveProperty('corrupt');
  });

  test('fields of inodes, indexes and directories', async () => {
    const step = bytes.length > 10_000 ? 48 : 16;
    expect(await exploreAll(open, badBytes(bytes, superblock + 128, bytes.length, step))).toHaveProperty('fine');
  });

  test('flipped bits', async () => {
    await exploreAll(open, flippedBits(bytes, 60, superblock));
  });
});
