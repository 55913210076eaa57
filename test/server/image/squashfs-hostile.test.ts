import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { ImageError } from '../../../server/src/image/image-error.ts';
import { type DirectoryNode, type ImageTree, maxEntries } from '../../../server/src/image/image-tree.ts';
import { openRawImage } from '../../../server/src/image/raw-image.ts';
import { parseListing } from '../../../server/src/image/squashfs/listing.ts';
import { unitsOf } from '../../../server/src/image/units.ts';
import { decompressors } from '../../../server/src/node/decompressors.ts';
import { haveMksquashfs, mksquashfs, noise, words } from './real-squashfs.ts';

/** Milliseconds that one image may take, whatever is in it. */
const seed = 20_260_101;

/** Looks at an image as much as anybody would: lists units, walks, reads the start and the end of files. */
async function explore(bytes: Uint8Array): Promise<string> {
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      return 'fine';
    } catch (error) {
      if (error instanceof ImageError) return error.kind;
      throw error;
    }
  };
  let tree: ImageTree | undefined;
  const opened = await attempt(async () => {
    tree = await openRawImage(memorySource(bytes), decompressors);
  });
  if (!tree) return opened;
  const { root } = tree;
  const outcomes = new Set([await attempt(() => unitsOf({ format: 'squashfs', root }))]);
  let left = 500; // a graph of directories without a cycle can still have endless paths
  const walk = async (directory: DirectoryNode): Promise<void> => {
    for (const { name } of await directory.list()) {
      if (--left < 0) return;
      outcomes.add(
        await attempt(async () => {
          const node = await directory.lookup(name);
          if (node?.kind === 'directory') await walk(node);
          if (node?.kind === 'link') await node.target();
          if (node?.kind === 'file') {
            await node.read(0, 1 << 16);
            await node.read(Math.max(node.size - 100, 0), 1 << 16);
          }
        }),
      );
    }
  };
  outcomes.add(await attempt(() => walk(root)));
  return [...outcomes].sort().join('+');
}

/** Explores many images. Returns how often each outcome was seen; fails on an error of another kind; one that hangs meets the test's timeout. */
async function exploreAll(images: Iterable<readonly [string, Uint8Array]>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, bytes] of images) {
    const outcome = await explore(bytes).catch(error => {
      throw new Error(`${name}: ${error}`, { cause: error });
    });
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

function patched(bytes: Uint8Array, offset: number, width: 2 | 4 | 8, value: bigint): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (width === 2) view.setUint16(offset, Number(BigInt.asUintN(16, value)), true);
  else if (width === 4) view.setUint32(offset, Number(BigInt.asUintN(32, value)), true);
  else view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  return copy;
}

function* randomNumbers(): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    yield state >> 8;
  }
}

/** The superblock's fields: name, offset, bytes. */
const superblockFields: readonly (readonly [string, number, 2 | 4 | 8])[] = [
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
      const units = join(tree, 'usr/lib/systemd/system');
      mkdirSync(units, { recursive: true });
      writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=hostile\nVERSION_ID=1\n');
      for (const name of ['a', 'b', 'c']) writeFileSync(join(units, `${name}.service`), `[Service]\nExecStart=/bin/${name}\n`);
      symlinkSync('a.service', join(units, 'd.service'));
      symlinkSync('usr/lib', join(tree, 'lib'));
      writeFileSync(join(tree, 'noise'), noise(9_000, 1));
      writeFileSync(join(tree, 'words'), words(20_000));
      mksquashfs(tree, join(folder, 'packed.raw'), ['-b', '4K']);
      mksquashfs(tree, join(folder, 'stored.raw'), ['-b', '4K', '-noI', '-noId', '-noF', '-noD', '-nopad']);
      packed = new Uint8Array(readFileSync(join(folder, 'packed.raw')));
      stored = new Uint8Array(readFileSync(join(folder, 'stored.raw')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('as made they are fine', async () => {
    expect([await explore(packed), await explore(stored)]).toEqual(['fine', 'fine']);
  });

  test('cut off at 300 points', async () => {
    const images = Array.from({ length: 300 }, (_, i): [string, Uint8Array] => {
      const length = Math.floor((stored.length * i) / 300);
      return [`cut off after ${length} bytes`, stored.subarray(0, length)];
    });
    expect(Object.keys(await exploreAll(images))).toEqual(['corrupt']);
  });

  test('cut off inside, the superblock saying so', async () => {
    const images = Array.from({ length: 300 }, (_, i): [string, Uint8Array] => {
      const length = 96 + Math.floor(((stored.length - 96) * i) / 300);
      return [`${length} bytes used`, patched(stored.subarray(0, length), 40, 8, BigInt(length))];
    });
    expect(await exploreAll(images)).toHaveProperty('corrupt');
  });

  test('every field of the superblock', async () => {
    const random = randomNumbers();
    const values = [
      0n,
      1n,
      2n ** 64n - 1n,
      2n ** 63n - 1n,
      2n ** 32n,
      2n ** 53n,
      ...Array.from({ length: 10 }, () => BigInt(random.next().value)),
    ];
    const images = superblockFields.flatMap(([name, offset, width]) =>
      [packed, stored].flatMap(bytes =>
        values.map((value): [string, Uint8Array] => [`${name} = ${value}`, patched(bytes, offset, width, value)]),
      ),
    );
    const counts = await exploreAll(images);
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['corrupt', 'fine', 'unsupported']));
  });

  test('fields of inodes, directories and tables', async () => {
    const random = randomNumbers();
    const start = Number(new DataView(stored.buffer).getBigUint64(64, true)); // the inode table; all metadata follows it
    const images: [string, Uint8Array][] = [];
    for (let offset = start; offset + 8 <= stored.length; offset += 2) {
      const values = [0n, 1n, 2n ** 64n - 1n, BigInt(random.next().value)];
      const width = ([2, 4, 8] as const)[random.next().value % 3] ?? 2;
      const value = values[random.next().value % values.length] ?? 0n;
      images.push([`${width} bytes at ${offset} = ${value}`, patched(stored, offset, width, value)]);
    }
    expect(await exploreAll(images)).toHaveProperty('corrupt');
  });

  test('flipped bits', async () => {
    const random = randomNumbers();
    const images = [packed, stored].flatMap(bytes =>
      Array.from({ length: 400 }, (_, i): [string, Uint8Array] => {
        const copy = bytes.slice();
        for (let flips = 0; flips <= i % 4; flips++) {
          const at = 96 + (random.next().value % (copy.length - 96));
          copy[at] = (copy[at] ?? 0) ^ (1 << (random.next().value % 8));
        }
        return [`flipped bits ${i}`, copy];
      }),
    );
    await exploreAll(images);
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

  test('a directory of 2^16 + 1 entries', () => {
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
    expect(parseListing(full).size).toBe(maxEntries);
    expect(() => parseListing(Buffer.concat([full, run(maxEntries, 1)]))).toThrow(`more than ${maxEntries} entries`);
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
