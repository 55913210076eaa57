import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';

/** The head of an ext2, ext3 or ext4 file system, checked. Places are in blocks. (Linux: fs/ext4/ext4.h, struct ext4_super_block) */
export interface ExtSuperblock {
  readonly blockSize: number;
  readonly blocks: number;
  readonly inodes: number;
  readonly inodesPerGroup: number;
  readonly blocksPerGroup: number;
  readonly firstDataBlock: number;
  readonly inodeSize: number;
  /** Bytes of a group's descriptor: 32 or, where places have 64 bits, 64 and more. */
  readonly descriptorSize: number;
  /** Blocks that are allocated together. */
  readonly clusterBlocks: number;
  /** The first group of descriptors that lies in the groups it describes; undefined where none do. */
  readonly firstMetaGroup: number | undefined;
  /** Whether a group begins with a copy of the superblock. */
  readonly hasSuperblock: (group: number) => boolean;
  readonly wide: boolean;
  readonly largeDirectories: boolean;
  /** Whether directory entries say the kind. */
  readonly kindsInEntries: boolean;
  readonly hugeFiles: boolean;
  readonly valuesInInodes: boolean;
  readonly warnings: readonly string[];
}

const superblockOffset = 1024;
const superblockSize = 1024;

const incompatible = {
  kindsInEntries: 0x2,
  needsRecovery: 0x4,
  metaGroups: 0x10,
  wide: 0x80,
  valuesInInodes: 0x400,
  largeDirectories: 0x4000,
} as const;

/** Features without which nothing can be read, by bit: names as tune2fs has them. Those that we read have none. */
const incompatibleNames: Readonly<Record<number, string | undefined>> = {
  1: 'compression',
  [incompatible.kindsInEntries]: undefined,
  [incompatible.needsRecovery]: undefined,
  8: 'journal_dev: it is the journal of another file system',
  [incompatible.metaGroups]: undefined,
  64: undefined, // extents
  [incompatible.wide]: undefined,
  256: undefined, // mmp
  512: undefined, // flex_bg
  [incompatible.valuesInInodes]: undefined,
  4096: 'dirdata',
  8192: undefined, // metadata_csum_seed
  [incompatible.largeDirectories]: undefined,
  32768: undefined, // inline_data
  65536: undefined, // encrypt: files that are say so
  131072: undefined, // casefold: names are read as they are
};
const sparseSuperblocks2 = 0x200;
const sparseSuperblocks = 0x1;
const hugeFiles = 0x8;

/** Reads the superblock. Throws `corrupt` or `unsupported`. The caller knows that the magic is there. */
export async function readSuperblock(source: ByteSource): Promise<ExtSuperblock> {
  if (source.size < superblockOffset + superblockSize) throw corrupt(`it is cut off after ${source.size} bytes`);
  const raw = new Structure(await source.read(superblockOffset, superblockSize), 'little-endian');
  const dynamic = raw.u32(0x4c) > 0; // revision 0 has no features and a fixed size of inodes
  const compat = dynamic ? raw.u32(0x5c) : 0;
  const incompat = dynamic ? raw.u32(0x60) : 0;
  const readOnly = dynamic ? raw.u32(0x64) : 0;
  checkFeatures(incompat);
  const has = (feature: keyof typeof incompatible) => (incompat & incompatible[feature]) !== 0;

  const [blockLog, clusterLog] = [raw.u32(0x18), raw.u32(0x1c)];
  if (blockLog > 6) throw corrupt(`its block size is 2^${10 + blockLog}`);
  const blockSize = 1024 << blockLog;
  const bigClusters = (readOnly & 0x200) !== 0;
  if (bigClusters && (clusterLog < blockLog || clusterLog > 20)) throw corrupt(`its cluster size is 2^${10 + clusterLog}`);
  const wide = has('wide');
  const blocks = raw.u32(0x4) + (wide ? raw.u32(0x150) * 2 ** 32 : 0);
  if (blocks > source.size / blockSize)
    throw corrupt(`it should have ${blocks} blocks of ${blockSize} bytes, but ends after ${source.size} bytes`);

  const [inodes, inodesPerGroup, blocksPerGroup] = [raw.u32(0x0), raw.u32(0x28), raw.u32(0x20)];
  const inodeSize = dynamic ? raw.u16(0x58) : 128;
  if (inodeSize < 128 || inodeSize > blockSize || (inodeSize & (inodeSize - 1)) !== 0) throw corrupt(`its inodes have ${inodeSize} bytes`);
  const descriptorSize = wide ? raw.u16(0xfe) : 32;
  if (descriptorSize < 32 || descriptorSize > 1024 || (descriptorSize & (descriptorSize - 1)) !== 0 || (wide && descriptorSize < 64))
    throw corrupt(`its group descriptors have ${descriptorSize} bytes`);
  const firstDataBlock = raw.u32(0x14);
  if (blocksPerGroup === 0 || inodesPerGroup === 0 || inodesPerGroup > 8 * blockSize || firstDataBlock >= blocks)
    throw corrupt(`its groups have ${blocksPerGroup} blocks and ${inodesPerGroup} inodes, from block ${firstDataBlock} on`);
  const groups = Math.ceil((blocks - firstDataBlock) / blocksPerGroup);
  if (inodes > groups * inodesPerGroup) throw corrupt(`it has ${inodes} inodes in ${groups} groups of ${inodesPerGroup}`);

  return {
    blockSize,
    blocks,
    inodes,
    inodesPerGroup,
    blocksPerGroup,
    firstDataBlock,
    inodeSize,
    descriptorSize,
    clusterBlocks: bigClusters ? 1 << (clusterLog - blockLog) : 1,
    firstMetaGroup: has('metaGroups') ? raw.u32(0x104) : undefined,
    hasSuperblock:
      compat & sparseSuperblocks2
        ? group => group === 0 || group === raw.u32(0x24c) || group === raw.u32(0x250)
        : group => group <= 1 || !(readOnly & sparseSuperblocks) || isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group),
    wide,
    largeDirectories: has('largeDirectories'),
    kindsInEntries: has('kindsInEntries'),
    hugeFiles: (readOnly & hugeFiles) !== 0,
    valuesInInodes: has('valuesInInodes'),
    warnings: has('needsRecovery') ? ['it was not unmounted cleanly: what its journal still holds is not taken into account'] : [],
  };
}

function checkFeatures(incompat: number): void {
  for (let bit = 0; bit < 32; bit++) {
    const feature = 2 ** bit;
    if (Math.floor(incompat / feature) % 2 === 0) continue;
    if (!(feature in incompatibleNames))
      throw new ImageError('unsupported', `it uses a feature of ext4 that is not known here, 0x${feature.toString(16)}`);
    const name = incompatibleNames[feature];
    if (name !== undefined) throw new ImageError('unsupported', `it uses a feature of ext4 that cannot be read: ${name}`);
  }
}

function isPowerOf(base: number, n: number): boolean {
  let power = base;
  while (power < n) power *= base;
  return power === n;
}

const corrupt = (message: string) => new ImageError('corrupt', message);
