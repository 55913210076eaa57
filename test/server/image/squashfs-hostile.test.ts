import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { entryList } from '../../../server/src/image/entry-list.ts';
import { maxEntries, maxNames } from '../../../server/src/image/image-tree.ts';
import { openRawImage } from '../../../server/src/image/raw-image.ts';
import { readListing } from '../../../server/src/image/squashfs/listing.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import {
  badBytes,
  badFields,
  cutOff,
  explore,
  exploreAll,
  type Field,
  flippedBits,
  type NamedImage,
  type Open,
  patched,
} from './hostile.ts';
import { haveMksquashfs, makeSmallTree, mksquashfs, noise, words } from './real-squashfs.ts';

const open: Open = source => openRawImage(source, decompressors);

/** The superblock's fields: name, offset, bytes. */
const superblockFields: readonly Field[] = [
  ['inodes', 4, 4],
  ['time', 8, 4],
  ['block size', 12, 4],
  ['fragments', 16, 4],
  ['compression', 20, 2],
  ['block log', 22, 2],
  ['flags', 24, 2],
  ['ids', 26, 2],
  ['major', 28, 2],
  ['minor', 30, 2],
  ['root', 32, 8],
  ['bytes used', 40, 8],
  ['id table', 48, 8],
  ['xattr table', 56, 8],
  ['inode table', 64, 8],
  ['directory table', 72, 8],
  ['fragment table', 80, 8],
  ['export table', 88, 8],
];

describe.skipIf(!haveMksquashfs)('hostile images', { timeout: 60_000 }, () => {
  let packed: Uint8Array;
  let stored: Uint8Array;
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'squashfs-hostile-'));
    try {
      const tree = join(folder, 'tree');
      makeSmallTree(tree);
      mksquashfs(tree, join(folder, 'packed.raw'), ['-b', '4K']);
      mksquashfs(tree, join(folder, 'stored.raw'), ['-b', '4K', '-noI', '-noId', '-noF', '-noD', '-nopad']);
      packed = new Uint8Array(readFileSync(join(folder, 'packed.raw')));
      stored = new Uint8Array(readFileSync(join(folder, 'stored.raw')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('as made they are fine', async () => {
    expect([await explore(open, packed), await explore(open, stored)]).toEqual(['fine', 'fine']);
  });

  test('cut off at 1,000 points', async () => {
    expect(Object.keys(await exploreAll(open, cutOff(stored, 1000)))).toEqual(['corrupt']);
  });

  test('cut off inside, the superblock saying so', async () => {
    const images = Array.from(cutOff(stored, 300))
      .filter(([, bytes]) => bytes.length >= 96)
      .map(([name, bytes]): NamedImage => [name, patched(bytes, 40, 8, BigInt(bytes.length))]);
    expect(await exploreAll(open, images)).toHaveProperty('corrupt');
  });

  test('every field of the superblock', async () => {
    const counts = await exploreAll(open, [...badFields(packed, superblockFields), ...badFields(stored, superblockFields)]);
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['corrupt', 'fine', 'unsupported']));
  });

  test('fields of inodes, directories and tables', async () => {
    const start = Number(new DataView(stored.buffer).getBigUint64(64, true)); // the inode table; all metadata follows it
    expect(await exploreAll(open, badBytes(stored, start, stored.length))).toHaveProperty('corrupt');
  });

  test('flipped bits', async () => {
    await exploreAll(open, [...flippedBits(packed, 400, 96), ...flippedBits(stored, 400, 96)]);
  });

  test.each(['xz', 'lzma', 'lzo', 'lz4'])('flipped bits of %s', async compression => {
    const folder = mkdtempSync(join(tmpdir(), 'squashfs-hostile-'));
    try {
      mkdirSync(join(folder, 'tree'));
      writeFileSync(join(folder, 'tree/words'), words(20_000));
      for (let i = 0; i < 20; i++) writeFileSync(join(folder, `tree/${i}`), noise(i * 20, i));
      mksquashfs(join(folder, 'tree'), join(folder, 'image'), ['-comp', compression, '-nopad']);
      const image = new Uint8Array(readFileSync(join(folder, 'image')));
      expect(await exploreAll(open, flippedBits(image, 300, 96))).toHaveProperty('corrupt');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a directory inside itself', async () => {
    // the first entry of a listing whose inode is a directory's gets the root's inode
    const view = new DataView(stored.buffer);
    const root = view.getBigUint64(32, true);
    const entry = Buffer.from(stored).indexOf(Buffer.from([0x02, 0x00, ...Buffer.from('usr')])); // length - 1, name
    const looped = patched(stored, entry - 6, 2, root & 0xffffn);
    const tree = await openRawImage(memorySource(looped), decompressors);
    await expect(tree.root.lookup('usr')).rejects.toMatchObject({ kind: 'corrupt', message: 'a directory lies inside itself' });
  });

  test.each(['.', '..', 'u/r', 'u\0r'])('a file named %j', async name => {
    const entry = Buffer.from(stored).indexOf(Buffer.from([0x02, 0x00, ...Buffer.from('usr')]));
    const copy = stored.slice();
    copy.set(Buffer.from(name.padEnd(3, '\0')), entry + 2);
    if (name === '.' || name === '..') new DataView(copy.buffer).setUint16(entry, name.length - 1, true);
    const tree = await openRawImage(memorySource(copy), decompressors);
    await expect(tree.root.list()).rejects.toMatchObject({ kind: 'corrupt', message: `a file is named ${JSON.stringify(name)}` });
  });

  test('a directory of one entry too many', async () => {
    const perRun = 256;
    const run = (first: number, count: number) => {
      const head = Buffer.alloc(12);
      head.writeUInt32LE(count - 1);
      const entries = Array.from({ length: count }, (_, i) => {
        const entry = Buffer.alloc(16);
        entry.writeUInt32LE(0, 0);
        entry.writeUInt16LE(2, 4);
        entry.writeUInt16LE(7, 6);
        entry.write(`${first + i}`.padStart(8, '0'), 8, 'latin1');
        return entry;
      });
      return Buffer.concat([head, ...entries]);
    };
    const full = Buffer.concat(Array.from({ length: maxEntries / perRun }, (_, i) => run(i * perRun, perRun)));
    const parsed = (bytes: Uint8Array) => {
      let at = 0;
      const read = async (length: number) => {
        at += length;
        return bytes.subarray(at - length, at);
      };
      return readListing(() => ({ read }), { start: 0, end: bytes.length }, { block: 0, offset: 0, length: bytes.length });
    };
    const all = await parsed(full);
    expect(all.size).toBe(maxEntries);
    expect([0, 1, maxEntries / 3, maxEntries - 1].map(n => all.get(`${Math.floor(n)}`.padStart(8, '0'))?.id)).toEqual([0, 0, 0, 0]);
    await expect(parsed(Buffer.concat([full, run(maxEntries, 1)]))).rejects.toThrow(`more than ${maxEntries} entries`);
  });

  test('a directory of as many names of 255 characters', () => {
    const { finish, add } = entryList();
    const name = new Uint8Array(255).fill(0x78);
    const fill = () => {
      for (let i = 0; i < maxEntries; i++) {
        name.set(Buffer.from(`${i}`.padStart(6, '0')));
        add(name, { id: i, kind: 'file' });
      }
    };
    expect(fill).toThrow('the names in a directory take more than 8 MiB');
    const list = finish();
    expect(list.size).toBe(Math.floor(maxNames / name.length));
    expect(list.bytes).toBeLessThan(maxNames * 1.2);
  });

  test('a block that unpacks to 64 MiB', async () => {
    const bomb = deflateSync(new Uint8Array(64 << 20)).subarray(0, 0x7fff);
    const start = packed.length;
    const copy = new Uint8Array(start + 2 + bomb.length + 8);
    copy.set(packed);
    copy.set(bomb, start + 2);
    const view = new DataView(copy.buffer);
    view.setUint16(start, Math.min(bomb.length, 8192), true);
    view.setBigUint64(start + 2 + bomb.length, BigInt(start), true);
    view.setBigUint64(40, BigInt(copy.length), true);
    view.setBigUint64(48, BigInt(start + 2 + bomb.length), true); // the id table
    await expect(openRawImage(memorySource(copy), decompressors)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
