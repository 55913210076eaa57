/** Where files lie that are not compressed: in one piece, with or without its end behind the inode, or in chunks. (Linux: fs/erofs/data.c) */
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import type { Inode } from './inode.ts';
import { type Extent, type ExtentMap, outside, roundUp, type Volume } from './volume.ts';

/** A file in one piece of whole blocks. */
export function mapPlain({ superblock, image }: Volume, inode: Inode): ExtentMap {
  const { size, value } = inode;
  if (value < 0) return async () => ({ kind: 'hole', start: 0, length: size });
  const at = value * superblock.blockSize;
  return async () => {
    if (at + size > image.size) throw outside(superblock, at + size);
    return { kind: 'stored', source: image, at, start: 0, length: size };
  };
}

/** A file whose last, partial block follows the inode; never over the end of a block. */
export function mapInlineTail(volume: Volume, inode: Inode): ExtentMap {
  const { superblock, image, metadataOf } = volume;
  const { blockSize } = superblock;
  const { size, value, body } = inode;
  const blocks = Math.ceil(size / blockSize) - 1;
  const head = blocks * blockSize;
  return async offset => {
    if (offset < head) {
      const at = value * blockSize;
      if (at + head > image.size) throw outside(superblock, at + head);
      return { kind: 'stored', source: image, at, start: 0, length: head };
    }
    const length = size - head;
    if ((body % blockSize) + length > blockSize) throw new ImageError('corrupt', 'the end of a file lies over the end of a block');
    return { kind: 'stored', source: await metadataOf(inode), at: body, start: head, length };
  };
}

const chunkSizeBits = 0x1f;
const chunkIndexBit = 0x20;
const chunkFormatBits = 0x7f;
const chunk48Bit = 0x40;
const noBlock = 0xffff_ffff;

/** A file in chunks of equal size, anywhere or nowhere. Chunks that follow each other in the image are one extent, within a page of the index. */
export function mapChunks(volume: Volume, inode: Inode): ExtentMap {
  const { superblock, image, metadataOf } = volume;
  const { blockSize, deviceMask } = superblock;
  const { size, value: format } = inode;
  if ((format & 0xffff & ~chunkFormatBits) !== 0)
    throw new ImageError('unsupported', `a file is in chunks of the unknown format ${format}`);
  const chunkSize = blockSize * 2 ** (format & chunkSizeBits);
  const indexed = (format & chunkIndexBit) !== 0;
  const unit = indexed ? 8 : 4;
  const table = roundUp(inode.body, unit);

  /** Offset of a chunk's data; undefined: a hole. */
  const place = (entries: Structure, i: number): number | undefined => {
    if (!indexed) {
      const block = entries.u32(4 * i);
      return block === noBlock ? undefined : block * blockSize;
    }
    const wide = (format & chunk48Bit) !== 0;
    const high = wide ? entries.u16(8 * i) : 0;
    const low = entries.u32(8 * i + 4);
    if (low === noBlock && (!wide || high === 0xffff)) return undefined;
    if ((entries.u16(8 * i + 2) & deviceMask) !== 0) throw outside(superblock, 0);
    return (high * 2 ** 32 + low) * blockSize;
  };

  return async (offset): Promise<Extent> => {
    const first = Math.floor(offset / chunkSize);
    const count = Math.min(Math.ceil(size / chunkSize) - first, entriesAtOnce);
    const entries = new Structure(await (await metadataOf(inode)).read(table + unit * first, unit * count), 'little-endian');
    const at = place(entries, 0);
    let chunks = 1;
    while (chunks < count) {
      const next = place(entries, chunks);
      if (at === undefined ? next !== undefined : next !== at + chunks * chunkSize) break;
      chunks++;
    }
    const start = first * chunkSize;
    const length = Math.min(chunks * chunkSize, size - start);
    if (at === undefined) return { kind: 'hole', start, length };
    if (at + length > image.size) throw outside(superblock, at + length);
    return { kind: 'stored', source: image, at, start, length };
  };
}

const entriesAtOnce = 256;
