import type { ByteSource } from '../byte-source.ts';
import type { Compression } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { Fields } from '../little-endian.ts';

/** Where an inode stands: the offset of its metadata block in the inode table, and its own in that block, unpacked. */
export interface InodeReference {
  readonly block: number;
  readonly offset: number;
}

/** A stretch of the image, end exclusive. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** The head of a squashfs 4.0 image, checked: every offset is within the image. (Linux: fs/squashfs/squashfs_fs.h) */
export interface Superblock {
  /** Bytes of the image, padding after it not counted. */
  readonly size: number;
  readonly blockSize: number;
  readonly compression: Compression;
  readonly inodes: Region;
  readonly directories: Region;
  readonly root: InodeReference;
  /** Offsets of the lists that point to the blocks of a table, and how many entries the table has. */
  readonly ids: { readonly start: number; readonly count: number };
  readonly fragments: { readonly start: number; readonly count: number };
  /** Offset of the head of the table of extended attributes; undefined where there is none. */
  readonly xattrs: number | undefined;
}

export const superblockSize = 96;
/** Where a table would begin that the image does not have. */
const absent = 2n ** 64n - 1n;
export const xattrHeadSize = 16;
const compressions: readonly (Compression | undefined)[] = [undefined, 'gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'];

/** Reads the superblock. Throws `corrupt` or `unsupported`. The caller knows that the magic is there. */
export async function readSuperblock(source: ByteSource): Promise<Superblock> {
  if (source.size < superblockSize) throw corrupt(`it is cut off after ${source.size} bytes`);
  const fields = new Fields(await source.read(0, superblockSize));
  fields.skip(12); // magic, inode count, time of creation
  const blockSize = fields.u32();
  const fragmentCount = fields.u32();
  const compressionId = fields.u16();
  const blockLog = fields.u16();
  fields.skip(2); // flags: each block says itself whether it is compressed
  const idCount = fields.u16();
  const [major, minor] = [fields.u16(), fields.u16()];
  if (major !== 4 || minor !== 0) throw new ImageError('unsupported', `it is squashfs ${major}.${minor}; only 4.0 can be read`);
  const compression = compressions[compressionId];
  if (!compression) throw new ImageError('unsupported', `its compression has the unknown number ${compressionId}`);
  if (blockSize < 4096 || blockSize > 1 << 20 || blockSize !== 2 ** blockLog)
    throw corrupt(`its block size is ${blockSize}, or 2^${blockLog}`);

  const root = inodeReference(fields.big());
  const size = fields.u64();
  if (size > source.size) throw corrupt(`it should have ${size} bytes, but ends after ${source.size}`);
  const tableStart = (what: string) => {
    const start = fields.big();
    if (start < superblockSize || start >= size) throw corrupt(`its ${what} table begins outside the image, at ${start}`);
    return Number(start);
  };
  const ids = tableStart('id');
  const xattrs = fields.big();
  if (xattrs !== absent && (xattrs < superblockSize || xattrs > size - xattrHeadSize))
    throw corrupt(`its xattr table begins outside the image, at ${xattrs}`);
  const inodes = tableStart('inode');
  const directories = tableStart('directory');
  const fragments = fragmentCount === 0 ? undefined : tableStart('fragment'); // all ones where there are none
  if (idCount === 0) throw corrupt('it has no owners');
  const ends = [ids, inodes, directories, ...(fragments === undefined ? [] : [fragments]), size];
  const region = (from: number): Region => ({ start: from, end: Math.min(...ends.filter(end => end > from)) });
  return {
    size,
    blockSize,
    compression,
    inodes: region(inodes),
    directories: region(directories),
    root,
    ids: { start: ids, count: idCount },
    fragments: { start: fragments ?? 0, count: fragmentCount },
    xattrs: xattrs === absent ? undefined : Number(xattrs),
  };
}

/** An inode reference as it is stored: 48 bits of block, 16 bits of offset. */
function inodeReference(stored: bigint): InodeReference {
  return { block: Number(stored >> 16n), offset: Number(stored & 0xffffn) };
}

/** The same as one number: as it is stored. */
export const inodeNumber = ({ block, offset }: InodeReference): number => block * 0x1_0000 + offset;

/** The reference that `inodeNumber` made a number of. */
export const inodeAt = (number: number): InodeReference => ({ block: Math.floor(number / 0x1_0000), offset: number % 0x1_0000 });

const corrupt = (message: string) => new ImageError('corrupt', message);
