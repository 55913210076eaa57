import { createBlockCache } from '../block-cache.ts';
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import type { XfsSuperblock } from './superblock.ts';

/** Bytes of metadata that are kept. */
const cacheSize = 2 << 20;

/** The blocks of an image. Numbers of blocks are group and block within it, as xfs has them. */
export interface Blocks {
  /** The offset in the image of so many blocks that lie together. Throws `corrupt` outside the file system. */
  offset(block: number, count: number): number;
  /** A block of metadata, kept for a while. */
  read(block: number): Promise<Structure>;
}

/** Makes the reader of blocks. */
export function blockReader(source: ByteSource, { blockSize, blocks, groupBlocks, groupBlockBits }: XfsSuperblock): Blocks {
  const cache = createBlockCache<Structure>(cacheSize, block => block.size);
  const offset = (block: number, count: number): number => {
    const [group, inside] = [Math.floor(block / 2 ** groupBlockBits), block % 2 ** groupBlockBits];
    const first = group * groupBlocks + inside;
    if (inside + count > groupBlocks || first + count > blocks)
      throw new ImageError('corrupt', `it refers to ${count} blocks from block ${inside} of group ${group} on, which it does not have`);
    return first * blockSize;
  };
  return {
    offset,
    read: async block => {
      const at = offset(block, 1);
      return cache.get(at, async () => new Structure(await source.read(at, blockSize), 'big-endian'));
    },
  };
}
