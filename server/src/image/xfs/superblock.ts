import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';

/** The head of an xfs file system, checked. (Linux: fs/xfs/libxfs/xfs_format.h, struct xfs_dsb) */
export interface XfsSuperblock {
  /** 5: with checksums, headers of metadata are longer and say whose they are. */
  readonly version: 4 | 5;
  readonly blockSize: number;
  readonly blocks: number;
  /** Blocks of an allocation group; only the last one may have fewer. */
  readonly groupBlocks: number;
  readonly groups: number;
  /** Bits of a block's number within its group. */
  readonly groupBlockBits: number;
  readonly inodeSize: number;
  /** Bits of an inode's number within its block. */
  readonly inodeBits: number;
  readonly rootInode: number;
  /** Bytes of a directory's block: one or more blocks. */
  readonly directoryBlockSize: number;
  /** Whether directory entries say the kind. */
  readonly kindsInEntries: boolean;
  /** First block and number of blocks; undefined where the log is on another device. */
  readonly log: { readonly start: number; readonly blocks: number } | undefined;
}

export const superblockSize = 272;
const version4 = { directories2: 0x2000, moreFeatures: 0x8000, kinds: 0x200 } as const;
const version5Kinds = 0x1;

/** Features of version 5 without which nothing can be read, by bit; those that cannot be read here have a name. */
const features: Readonly<Record<number, string | undefined>> = {
  [version5Kinds]: undefined,
  2: undefined, // sparse inode chunks
  4: undefined, // metadata UUID
  8: undefined, // big timestamps: inodes say so themselves
  16: 'it needs xfs_repair before it can be mounted',
  32: undefined, // large extent counters: inodes say so themselves
  64: undefined, // file exchanges
  128: undefined, // parent pointers
  256: undefined, // metadata directories: beside the tree of files
};

/** Reads the superblock. Throws `corrupt` or `unsupported`. The caller knows that the magic is there. */
export async function readSuperblock(source: ByteSource): Promise<XfsSuperblock> {
  if (source.size < superblockSize) throw corrupt(`it is cut off after ${source.size} bytes`);
  const raw = new Structure(await source.read(0, superblockSize), 'big-endian');
  const versionBits = raw.u16(100);
  const version = versionBits & 0xf;
  if (version !== 4 && version !== 5) throw new ImageError('unsupported', `it is xfs of version ${version}; only 4 and 5 can be read`);
  if (version === 4 && !(versionBits & version4.directories2))
    throw new ImageError('unsupported', 'its directories are of the first kind of xfs');
  if (version === 5) checkFeatures(raw.u32(216));
  if (raw.u8(126) !== 0) throw corrupt('it was not completely made');

  const [blockBits, inodeSizeBits, inodeBits, groupBlockBits, directoryBits] = [
    raw.u8(120),
    raw.u8(122),
    raw.u8(123),
    raw.u8(124),
    raw.u8(192),
  ];
  const [blockSize, inodeSize] = [raw.u32(4), raw.u16(104)];
  if (blockBits < 9 || blockBits > 16 || blockSize !== 2 ** blockBits) throw corrupt(`its block size is ${blockSize}, or 2^${blockBits}`);
  if (inodeSizeBits < 8 || inodeSizeBits > 11 || inodeSize !== 2 ** inodeSizeBits || inodeBits !== blockBits - inodeSizeBits)
    throw corrupt(`its inodes have ${inodeSize} bytes, or 2^${inodeSizeBits}, 2^${inodeBits} of them a block`);
  if (blockBits + directoryBits > 16) throw corrupt(`the blocks of its directories have 2^${blockBits + directoryBits} bytes`);
  const [blocks, groupBlocks, groups] = [raw.u64(8), raw.u32(84), raw.u32(88)];
  if (groupBlockBits > 31 || groupBlocks > 2 ** groupBlockBits || blocks > groups * groupBlocks || blocks <= (groups - 1) * groupBlocks)
    throw corrupt(`its ${blocks} blocks are in ${groups} groups of ${groupBlocks}, or 2^${groupBlockBits}`);
  if (blocks > source.size / blockSize)
    throw corrupt(`it should have ${blocks} blocks of ${blockSize} bytes, but ends after ${source.size} bytes`);

  const logStart = raw.u64(48);
  return {
    version,
    blockSize,
    blocks,
    groupBlocks,
    groups,
    groupBlockBits,
    inodeSize,
    inodeBits,
    rootInode: raw.u64(56),
    directoryBlockSize: 2 ** (blockBits + directoryBits),
    kindsInEntries:
      version === 5
        ? (raw.u32(216) & version5Kinds) !== 0
        : (versionBits & version4.moreFeatures) !== 0 && (raw.u32(200) & version4.kinds) !== 0,
    log: logStart === 0 ? undefined : { start: logStart, blocks: raw.u32(96) },
  };
}

function checkFeatures(incompat: number): void {
  for (let bit = 0; bit < 32; bit++) {
    const feature = 2 ** bit;
    if (Math.floor(incompat / feature) % 2 === 0) continue;
    if (!(feature in features))
      throw new ImageError('unsupported', `it uses a feature of xfs that is not known here, 0x${feature.toString(16)}`);
    const name = features[feature];
    if (name !== undefined) throw new ImageError('unsupported', name);
  }
}

const corrupt = (message: string) => new ImageError('corrupt', message);
