import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';

/** Where a tree begins: its topmost node by logical address, and that node's level and generation. */
export interface TreeRoot {
  readonly start: number;
  readonly level: number;
  readonly generation: bigint;
}

/** The head of a btrfs file system, checked. (Linux: include/uapi/linux/btrfs_tree.h, struct btrfs_super_block) */
export interface BtrfsSuperblock {
  readonly nodeSize: number;
  readonly sectorSize: number;
  /** Bytes of the device. */
  readonly size: number;
  /** The number of the one device. */
  readonly device: number;
  readonly rootTree: TreeRoot;
  readonly chunkTree: TreeRoot;
  /** The directory in the root tree that names the default subvolume. */
  readonly rootDirectory: number;
  /** The chunks that hold the chunk tree, as they are stored. */
  readonly systemChunks: Structure;
  readonly warnings: readonly string[];
}

const superblockOffset = 65_536;
const superblockSize = 4096;
const systemChunksOffset = 0x32b;
const maxSystemChunks = 2048;
const maxLevel = 7;

/** Features without which nothing can be read, by bit; those that cannot be read here have a name, as btrfs inspect-internal prints it. */
const features: Readonly<Record<number, string | undefined>> = {
  1: undefined, // MIXED_BACKREF
  2: undefined, // DEFAULT_SUBVOL
  4: undefined, // MIXED_GROUPS
  8: undefined, // COMPRESS_LZO
  16: undefined, // COMPRESS_ZSTD
  32: undefined, // BIG_METADATA
  64: undefined, // EXTENDED_IREF
  128: undefined, // RAID56: the chunks say whether they are
  256: undefined, // SKINNY_METADATA
  512: undefined, // NO_HOLES
  1024: undefined, // METADATA_UUID
  2048: undefined, // RAID1C34
  4096: 'zoned devices',
  8192: 'EXTENT_TREE_V2',
  16384: 'RAID_STRIPE_TREE',
  65536: undefined, // SIMPLE_QUOTA
};

/** Reads the first superblock; its copies are for repair tools. Throws `corrupt` or `unsupported`. The caller knows that the magic is there. */
export async function readSuperblock(source: ByteSource): Promise<BtrfsSuperblock> {
  if (source.size < superblockOffset + superblockSize) throw corrupt(`it is cut off after ${source.size} bytes`);
  const raw = new Structure(await source.read(superblockOffset, superblockSize), 'little-endian');
  if (raw.u64(0x30) !== superblockOffset) throw corrupt('its superblock is a copy of another one');
  checkFeatures(raw.big(0xbc));
  const devices = raw.u64(0x88);
  if (devices !== 1)
    throw new ImageError('unsupported', `it is one of ${devices} devices of a btrfs file system; only single ones can be read`);
  const [sectorSize, nodeSize] = [raw.u32(0x90), raw.u32(0x94)];
  for (const [what, bytes] of [
    ['sector', sectorSize],
    ['node', nodeSize],
  ] as const)
    if (bytes < 4096 || bytes > 65_536 || (bytes & (bytes - 1)) !== 0) throw corrupt(`its ${what} size is ${bytes}`);
  const size = raw.u64(0x70);
  if (size > source.size) throw corrupt(`it should have ${size} bytes, but ends after ${source.size}`);
  const systemChunks = raw.u32(0xa0);
  if (systemChunks > maxSystemChunks) throw corrupt(`its list of system chunks has ${systemChunks} bytes`);
  return {
    nodeSize,
    sectorSize,
    size,
    device: raw.u64(0xc9),
    rootTree: treeRoot(raw.u64(0x50), raw.u8(0xc6), raw.big(0x48)),
    chunkTree: treeRoot(raw.u64(0x58), raw.u8(0xc7), raw.big(0xa4)),
    rootDirectory: raw.u64(0x80),
    systemChunks: raw.part(systemChunksOffset, systemChunks),
    warnings: raw.big(0x60) === 0n ? [] : ['it was not unmounted cleanly: what its log still holds is not taken into account'],
  };
}

/** A tree's root. Throws `corrupt` where no tree is that high. */
export function treeRoot(start: number, level: number, generation: bigint): TreeRoot {
  if (level > maxLevel) throw corrupt(`it has a tree of ${level} levels`);
  return { start, level, generation };
}

function checkFeatures(incompat: bigint): void {
  for (let bit = 0n; bit < 64n; bit++) {
    if (((incompat >> bit) & 1n) === 0n) continue;
    const feature = 2 ** Number(bit);
    if (!(feature in features))
      throw new ImageError('unsupported', `it uses a feature of btrfs that is not known here, 0x${feature.toString(16)}`);
    const name = features[feature];
    if (name !== undefined) throw new ImageError('unsupported', `it uses a feature of btrfs that cannot be read: ${name}`);
  }
}

const corrupt = (message: string) => new ImageError('corrupt', message);
