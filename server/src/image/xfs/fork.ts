import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { type Locate, mappedContent } from '../mapped-content.ts';
import type { Structure } from '../structure.ts';
import type { Blocks } from './blocks.ts';
import type { Fork } from './inode.ts';
import type { XfsSuperblock } from './superblock.ts';

/** A stretch of a fork in blocks, from the block asked for on. `start` undefined: a hole, or space that nothing was written to. */
interface BlockRun {
  readonly start: number | undefined;
  readonly count: number;
}

/** What of a fork can be read. */
export interface ForkReader {
  readonly locate: Locate;
  /** Bytes from an offset on; holes are zeros. The caller bounds the length. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const extentSize = 16;
const maxLevel = 9;
/** Blocks that a fork can have at most: numbers of 54 bits, of which files of 2^53 bytes need fewer. */
const maxBlocks = 2 ** 53;

const treeMagics = { 4: 0x424d_4150, 5: 0x424d_4133 } as const; // BMAP, BMA3

/** Makes the reader of forks that are kept in extents. Throws `corrupt`. (Linux: fs/xfs/libxfs/xfs_bmap_btree.c) */
export function forkReader(source: ByteSource, superblock: XfsSuperblock, blocks: Blocks): (fork: Fork) => ForkReader {
  const { blockSize, version } = superblock;
  const headSize = version === 5 ? 72 : 24;

  const inTree = async (fork: Fork, block: number): Promise<BlockRun> => {
    const { area } = fork;
    let level = area.u16(0);
    if (level < 1 || level > maxLevel) throw damaged(fork);
    let found = child(area, 4, Math.floor((area.size - 4) / 16), area.u16(2), block, maxBlocks, fork);
    for (;;) {
      if ('count' in found) return found;
      const node = await blocks.read(found.block);
      const count = node.u16(6);
      if (node.u32(0) !== treeMagics[version] || node.u16(4) !== --level || (version === 5 && node.big(56) !== BigInt(fork.inode)))
        throw damaged(fork);
      if (level === 0) return inList(node, headSize, count, block, found.end);
      found = child(node, headSize, Math.floor((blockSize - headSize) / 16), count, block, found.end, fork);
    }
  };

  const find = async (fork: Fork, block: number): Promise<BlockRun> => {
    if (fork.format === 'extents') return inList(fork.area, 0, fork.extents, block, maxBlocks);
    if (fork.format === 'tree') return inTree(fork, block);
    throw damaged(fork);
  };

  return fork => {
    const locate: Locate = async offset => {
      const block = Math.floor(offset / blockSize);
      const { start, count } = await find(fork, block);
      if (count < 1) throw damaged(fork);
      const inside = offset % blockSize;
      const length = count * blockSize - inside;
      return start === undefined ? { start, length } : { start: blocks.offset(start, count) + inside, length };
    };
    const read = mappedContent(source, Number.MAX_SAFE_INTEGER, locate);
    return { locate, read };
  };
}

const damaged = ({ inode }: Fork) => new ImageError('corrupt', `the places of inode ${inode} are damaged`);

/** The node below in which a block is found, and the block before which it ends; or the hole before all nodes. */
function child(
  node: Structure,
  keys: number,
  capacity: number,
  count: number,
  block: number,
  end: number,
  fork: Fork,
): BlockRun | { block: number; end: number } {
  if (count < 1 || count > capacity) throw damaged(fork);
  const keyOf = (i: number) => node.u64(keys + 8 * i);
  const index = lastNotAfter(count, block, keyOf);
  const until = index + 1 < count ? Math.min(end, keyOf(index + 1)) : end;
  if (index < 0) return { start: undefined, count: until - block };
  return { block: node.u64(keys + 8 * capacity + 8 * index), end: until };
}

/** The run in a list of extents: 1 bit "not written to", 54 bits of place in the fork, 52 of place in the file system, 21 of count. */
function inList(list: Structure, first: number, count: number, block: number, end: number): BlockRun {
  if (first + count * extentSize > list.size) throw new ImageError('corrupt', `a list should have ${count} extents`);
  const placeOf = (i: number) => (list.u32(first + extentSize * i) % 2 ** 31) * 2 ** 23 + (list.u32(first + extentSize * i + 4) >>> 9);
  const index = lastNotAfter(count, block, placeOf);
  const until = index + 1 < count ? Math.min(end, placeOf(index + 1)) : end;
  if (index < 0) return { start: undefined, count: until - block };
  const at = first + extentSize * index;
  const inside = block - placeOf(index);
  const length = list.u32(at + 12) & 0x1f_ffff;
  if (inside >= length) return { start: undefined, count: until - block };
  const run = Math.min(length - inside, until - block);
  if (list.u8(at) & 0x80) return { start: undefined, count: run };
  const start = (list.u32(at + 4) & 0x1ff) * 2 ** 43 + list.u32(at + 8) * 2 ** 11 + (list.u32(at + 12) >>> 21);
  return { start: start + inside, count: run };
}

function lastNotAfter(count: number, block: number, placeOf: (index: number) => number): number {
  let low = -1;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (placeOf(middle) <= block) low = middle;
    else high = middle - 1;
  }
  return low;
}
