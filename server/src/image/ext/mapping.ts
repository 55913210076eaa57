import { ImageError } from '../image-error.ts';
import type { Locate, Run } from '../mapped-content.ts';
import type { Structure } from '../structure.ts';
import { checkBlocks, type ReadBlock } from './blocks.ts';
import { type ExtInode, inodeFlags } from './inode.ts';
import type { ExtSuperblock } from './superblock.ts';

/** A stretch of a file in blocks: from the block asked for on. `start` undefined: a hole, or space that nothing was written to. */
interface BlockRun {
  readonly start: number | undefined;
  readonly count: number;
}

const extentMagic = 0xf30a;
const entrySize = 12;
const maxDepth = 5;
/** Lengths above it are of space that nothing was written to. */
const maxWritten = 0x8000;
/** Blocks that a file can have at most: numbers of 32 bits. */
const maxBlocks = 2 ** 32;

const directBlocks = 12;

/** The places of an inode's content, by extents or by lists of blocks. */
export function locateContent(inode: ExtInode, { blockSize, blocks }: ExtSuperblock, readBlock: ReadBlock): Locate {
  const find = inode.flags & inodeFlags.extents ? extentRun : listedRun;
  return async offset => {
    const block = Math.floor(offset / blockSize);
    const { start, count } = await find(inode.map, block, readBlock, blockSize);
    if (count < 1) throw new ImageError('corrupt', `a file has no place for its block ${block}`);
    const inside = offset % blockSize;
    const length = count * blockSize - inside;
    if (start === undefined) return { start, length } satisfies Run;
    checkBlocks(blocks, start, count);
    return { start: start * blockSize + inside, length } satisfies Run;
  };
}

/** Walks the tree of extents down to the one that holds the block. (Linux: fs/ext4/ext4_extents.h) */
async function extentRun(root: Structure, block: number, readBlock: ReadBlock): Promise<BlockRun> {
  let node = root;
  let end = maxBlocks;
  for (let depth = -1; ; ) {
    const [entries, here] = [node.u16(2), node.u16(6)];
    if (node.u16(0) !== extentMagic || entrySize * (1 + entries) > node.size)
      throw new ImageError('corrupt', 'a list of extents is damaged');
    if (depth < 0 ? here > maxDepth : here !== depth - 1) throw new ImageError('corrupt', `a list of extents is of level ${here}`);
    depth = here;
    const index = lastNotAfter(node, entries, block);
    if (index < entries) end = Math.min(end, node.u32(entrySize * (index + 1)));
    if (index === 0) return { start: undefined, count: end - block };
    const at = entrySize * index;
    if (depth === 0) return extentAt(node, at, block, end);
    node = await readBlock(node.u32(at + 4) + node.u16(at + 8) * 2 ** 32);
  }
}

/** Which entry, counted from 1, is the last one that does not begin after the block; 0 for none. */
function lastNotAfter(node: Structure, entries: number, block: number): number {
  let low = 0;
  let high = entries;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (node.u32(entrySize * middle) <= block) low = middle;
    else high = middle - 1;
  }
  return low;
}

function extentAt(node: Structure, at: number, block: number, end: number): BlockRun {
  const stored = node.u16(at + 4);
  const length = stored > maxWritten ? stored - maxWritten : stored;
  const inside = block - node.u32(at);
  if (inside >= length) return { start: undefined, count: end - block };
  const count = Math.min(length - inside, end - block);
  if (stored > maxWritten) return { start: undefined, count };
  return { start: node.u32(at + 8) + node.u16(at + 6) * 2 ** 32 + inside, count };
}

/** Finds the block in the inode's list of 12 blocks, or through up to three levels of lists. */
async function listedRun(map: Structure, block: number, readBlock: ReadBlock, blockSize: number): Promise<BlockRun> {
  if (block < directBlocks) return runInList(map, block, directBlocks);
  const perList = blockSize / 4;
  let index = block - directBlocks;
  for (let levels = 1; levels <= 3; levels++) {
    const covered = perList ** levels;
    if (index >= covered) {
      index -= covered;
      continue;
    }
    let list = map.u32(4 * (directBlocks + levels - 1));
    for (let below = covered / perList; ; below /= perList) {
      if (list === 0) return { start: undefined, count: below * perList - index };
      const numbers = await readBlock(list);
      const place = Math.floor(index / below);
      if (below === 1) return runInList(numbers, place, perList);
      list = numbers.u32(4 * place);
      index %= below;
    }
  }
  throw new ImageError('corrupt', `a file has no place for its block ${block}`);
}

/** The run of blocks that follow each other, or of holes, in a list. */
function runInList(list: Structure, index: number, entries: number): BlockRun {
  const start = list.u32(4 * index);
  let count = 1;
  while (index + count < entries && list.u32(4 * (index + count)) === (start === 0 ? 0 : start + count)) count++;
  return { start: start === 0 ? undefined : start, count };
}
