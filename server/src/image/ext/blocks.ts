import { createBlockCache } from '../block-cache.ts';
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import type { ExtSuperblock } from './superblock.ts';

/** Bytes of metadata that are kept. */
const cacheSize = 2 << 20;

/** Gives a block of metadata by number. Throws `corrupt` outside the file system. */
export type ReadBlock = (block: number) => Promise<Structure>;

/** Makes the reader of blocks that hold metadata: each is kept for a while. */
export function blockReader(source: ByteSource, { blockSize, blocks }: ExtSuperblock): ReadBlock {
  const cache = createBlockCache<Structure>(cacheSize, block => block.size);
  return async block => {
    checkBlocks(blocks, block, 1);
    return cache.get(block, async () => new Structure(await source.read(block * blockSize, blockSize), 'little-endian'));
  };
}

/** Throws `corrupt` unless so many blocks from a number on are inside the file system; block 0 never belongs to a file. */
export function checkBlocks(blocks: number, first: number, count: number): void {
  if (first === 0 || first + count > blocks)
    throw new ImageError('corrupt', `it refers to ${count} blocks at block ${first}, but has ${blocks}`);
}

/** Makes the function that tells in which block, and where in it, an inode stands. Throws `corrupt` where there is no inode of that number. */
export function inodePlaces(
  superblock: ExtSuperblock,
  readBlock: ReadBlock,
): (inode: number) => Promise<{ block: number; offset: number }> {
  const {
    blockSize,
    descriptorSize,
    firstDataBlock,
    blocksPerGroup,
    firstMetaGroup,
    hasSuperblock,
    inodes,
    inodesPerGroup,
    inodeSize,
    wide,
  } = superblock;
  const perBlock = blockSize / descriptorSize;
  const superblockBlock = Math.floor(1024 / blockSize);

  /** The block with the descriptors of a run of groups. (Linux: fs/ext4/super.c, descriptor_loc) */
  const descriptorBlock = (run: number): number => {
    if (firstMetaGroup === undefined || run < firstMetaGroup) return superblockBlock + 1 + run;
    const group = run * perBlock;
    const afterBoot = blockSize === 1024 && run === 0 && firstDataBlock === 0 ? 1 : 0;
    return firstDataBlock + group * blocksPerGroup + (hasSuperblock(group) ? 1 : 0) + afterBoot;
  };

  return async inode => {
    if (inode < 1 || inode > inodes) throw new ImageError('corrupt', `it refers to inode ${inode} of ${inodes}`);
    const group = Math.floor((inode - 1) / inodesPerGroup);
    const at = ((inode - 1) % inodesPerGroup) * inodeSize;
    const descriptors = await readBlock(descriptorBlock(Math.floor(group / perBlock)));
    const descriptor = (group % perBlock) * descriptorSize;
    const table = descriptors.u32(descriptor + 8) + (wide ? descriptors.u32(descriptor + 0x28) * 2 ** 32 : 0);
    return { block: table + Math.floor(at / blockSize), offset: at % blockSize };
  };
}
