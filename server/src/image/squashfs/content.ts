import { type ByteSource, zeros } from '../byte-source.ts';
import type { Unpack } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { type FileNode, maxRead } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import { withScratch } from '../scratch.ts';
import { createUnpackedCache } from '../unpacked-cache.ts';
import type { FileContent } from './inode.ts';
import type { OpenMetadata } from './metadata.ts';
import type { Superblock } from './superblock.ts';

/** Set in a data block's size where it is stored as it is. */
const storedBit = 0x100_0000;
/** The most blocks that a file may have: 512 GiB of the usual 128 KiB blocks. */
const maxBlocks = 1 << 22;
/** Of so many blocks one start is remembered. */
const stride = 256;
/** Bytes of unpacked data blocks that are kept. */
const cacheSize = 8 << 20;
/** Packed bytes of several blocks that are read in one go. */
const readTogether = 1 << 20;
const fragmentEntrySize = 16;
const fragmentsPerBlock = 512;

/** Where each block of a file lies. */
interface BlockMap {
  /** Sizes as stored, with the bit; 0 is a hole. */
  readonly sizes: Uint32Array;
  /** Where every `stride`th block begins. */
  readonly starts: Float64Array;
}

function blockStart({ sizes, starts }: BlockMap, index: number): number {
  const before = Math.floor(index / stride);
  let start = starts[before] ?? 0;
  for (let i = before * stride; i < index; i++) start += (sizes[i] ?? 0) & ~storedBit;
  return start;
}

const wrongLength = (length: number, expected: number): ImageError =>
  new ImageError('corrupt', `a data block holds ${length} bytes instead of ${expected}`);

/** Gives a file's `read` (see FileNode). */
export type OpenContent = (file: FileContent) => FileNode['read'];

/** Makes the reader of an image's file contents. (Linux: fs/squashfs/file.c, fragment.c) */
export function contentReader(source: ByteSource, superblock: Superblock, unpack: Unpack, metadata: OpenMetadata): OpenContent {
  const { blockSize, size: imageSize, fragments } = superblock;
  const whole = { start: 0, end: imageSize };
  const cache = createUnpackedCache(cacheSize);

  /** Where a data block lies. `size` is as stored, `most` what it may hold. */
  const lengthOf = (start: number, size: number, most: number): number => {
    const length = size & ~storedBit;
    if (length > most) throw new ImageError('corrupt', `a data block of ${length} bytes should hold at most ${most}`);
    if (start + length > imageSize) throw new ImageError('corrupt', `it refers to data outside the image, at ${start}`);
    return length;
  };
  // the size is part of the key: nothing keeps a bad image from naming the same place with another one
  const keyOf = (start: number, size: number) => `${start} ${size}`;

  /** Hands a data block to `use`, unpacked. */
  const useBlock = async (start: number, size: number, most: number, use: (block: Uint8Array) => void): Promise<void> => {
    const length = lengthOf(start, size, most);
    const make = async (room: Uint8Array) =>
      size & storedBit
        ? source.read(start, length, room)
        : withScratch(length, async scratch => unpack(await source.read(start, length, scratch), most, 'refuse', room));
    return cache.use(keyOf(start, size), most, make, use);
  };

  /** Unpacks whole blocks that lie one behind the other from `start` on, as many as are read at once, to where they belong; returns how many. */
  const wholeBlocks = async (start: number, sizes: Uint32Array, out: Uint8Array): Promise<number> => {
    let together = 0;
    let count = 0;
    for (const size of sizes) {
      if (size === 0 || (count > 0 && cache.has(keyOf(start + together, size)))) break;
      const length = lengthOf(start + together, size, blockSize);
      if (count > 0 && together + length > readTogether) break;
      together += length;
      count++;
    }
    await withScratch(together, async scratch => {
      const packed = await source.read(start, together, scratch);
      let from = 0;
      for (const [i, size] of sizes.subarray(0, count).entries()) {
        const block = packed.subarray(from, from + (size & ~storedBit));
        const target = out.subarray(i * blockSize, (i + 1) * blockSize);
        const bytes = size & storedBit ? block : await unpack(block, blockSize, 'refuse', target);
        if (bytes.length !== blockSize) throw wrongLength(bytes.length, blockSize);
        if (bytes.buffer !== out.buffer) target.set(bytes);
        from += block.length;
      }
    });
    return count;
  };

  const useFragments = async (index: number, use: (block: Uint8Array) => void): Promise<void> => {
    if (index >= fragments.count) throw new ImageError('corrupt', `it refers to fragment ${index} of ${fragments.count}`);
    const pointer = new Fields(await source.read(fragments.start + 8 * Math.floor(index / fragmentsPerBlock), 8)).u64();
    const cursor = metadata(whole, pointer, (index % fragmentsPerBlock) * fragmentEntrySize);
    const entry = new Fields(await cursor.read(fragmentEntrySize));
    return useBlock(entry.u64(), entry.u32(), blockSize, use);
  };

  const blockMap = async (file: FileContent): Promise<BlockMap> => {
    const count = file.fragment ? Math.floor(file.size / blockSize) : Math.ceil(file.size / blockSize);
    if (count > maxBlocks) throw new ImageError('unsupported', `a file of ${file.size} bytes in ${count} blocks is too large`);
    const sizes = new Uint32Array(count);
    const starts = new Float64Array(Math.ceil(count / stride));
    let start = file.start;
    for (let i = 0; i < count; i += stride) {
      const here = Math.min(stride, count - i);
      const list = new Fields(await file.blockSizes.read(4 * here));
      starts[i / stride] = start;
      for (let j = 0; j < here; j++) {
        const size = list.u32();
        sizes[i + j] = size;
        start += size & ~storedBit;
      }
    }
    return { sizes, starts };
  };

  return file => {
    let map: Promise<BlockMap> | undefined;
    return async (offset, length, into) => {
      const end = Math.min(file.size, offset + Math.min(length, maxRead));
      if (offset >= end) return new Uint8Array();
      map ??= blockMap(file);
      const blocks = await map;
      const out = zeros(end - offset, into);
      for (let at = offset; at < end; ) {
        const index = Math.floor(at / blockSize);
        const begin = index * blockSize;
        const expected = Math.min(blockSize, file.size - begin);
        const size = blocks.sizes[index];
        const from = at - begin;
        const until = Math.min(expected, end - begin);
        if (size === undefined) {
          const { index: number, offset: inside } = file.fragment ?? { index: -1, offset: 0 };
          await useFragments(number, block => {
            if (inside + expected > block.length) throw new ImageError('corrupt', `fragment ${number} is too short for the file in it`);
            out.set(block.subarray(inside + from, inside + until), at - offset);
          });
        } else if (size !== 0) {
          const start = blockStart(blocks, index);
          const whole = from === 0 ? Math.floor((end - begin) / blockSize) : 0;
          if (whole > 0 && !cache.has(keyOf(start, size))) {
            // nothing of them is left to be asked for next
            at = begin + blockSize * (await wholeBlocks(start, blocks.sizes.subarray(index, index + whole), out.subarray(begin - offset)));
            continue;
          }
          await useBlock(start, size, expected, block => {
            if (block.length !== expected) throw wrongLength(block.length, expected);
            out.set(block.subarray(from, until), at - offset);
          });
        }
        at = begin + until;
      }
      return out;
    };
  };
}
