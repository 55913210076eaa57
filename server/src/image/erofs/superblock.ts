import { type ByteSource, sliceSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import { crc32c } from './crc32c.ts';

/** Compression algorithms, by their numbers in the format. */
export const algorithms = ['lz4', 'lzma', 'deflate', 'zstd'] as const;
export type Algorithm = (typeof algorithms)[number];

/** The head of an erofs image, checked. (Linux: fs/erofs/erofs_fs.h, super.c) */
export interface Superblock {
  /** Bytes of the image, what follows it not counted. */
  readonly size: number;
  readonly blockSize: number;
  /** The number of the root's inode: see `inodeNumber`. */
  readonly root: number;
  /** Offset of inode 0. */
  readonly metadataStart: number;
  /** Seconds to which compact inodes add theirs. */
  readonly epoch: number;
  /** What compressed files may use. */
  readonly algorithms: ReadonlySet<Algorithm>;
  /** Whether lz4 data ends where its blocks end, zeros before it; in old images it begins where they begin, with anything after it. */
  readonly zeroPadded: boolean;
  /** The bits of a chunk's device number that count; 0 where there is only this device. */
  readonly deviceMask: number;
  /** The inode with the ends of files. */
  readonly packedFile: number | undefined;
  /** The inode whose content is compressed metadata. */
  readonly metabox: number | undefined;
  readonly sharedXattrs: { readonly start: number; readonly inMetabox: boolean };
  readonly xattrPrefixes: { readonly start: number; readonly count: number; readonly place: 'image' | 'metabox' | 'packed file' };
}

const superblockOffset = 1024;
const basicSize = 128;
const extensionSize = 16;
/** The largest cluster of compressed blocks, in bytes. */
export const maxPackedCluster = 1 << 20;

const compatible = { checksum: 0x1, sharedXattrsInMetabox: 0x8, plainXattrPrefixes: 0x10 };
const incompatible = {
  zeroPadding: 0x1,
  compressionSettings: 0x2,
  chunks: 0x4,
  /** Further devices, or a second algorithm in a file, which needs no word here. */
  devices: 0x8,
  tailPacking: 0x10,
  fragments: 0x20,
  xattrPrefixes: 0x40,
  wideAddresses: 0x80,
  metabox: 0x100,
};
const knownFeatures = Object.values(incompatible).reduce((all, bit) => all | bit, 0);

/** Set in the number of an inode that lies in the metabox. */
const metaboxBit = 1n << 63n;

/** An inode's number as one that is exact as far as any image goes: below zero (-1 for the first) where that bit is set. */
export const inodeNumber = (stored: bigint): number => (stored & metaboxBit ? -Number(stored & ~metaboxBit) - 1 : Number(stored));

/** Reads the superblock. Throws `corrupt` or `unsupported`. The caller knows that the magic is there. */
export async function readSuperblock(source: ByteSource): Promise<Superblock> {
  const left = source.size - superblockOffset;
  if (left < basicSize) throw corrupt(`it is cut off after ${source.size} bytes`);
  const head = new Structure(await source.read(superblockOffset, Math.min(left, basicSize + extensionSize)), 'little-endian');
  const compat = head.u32(8);
  const blockBits = head.u8(12);
  const size = basicSize + extensionSize * head.u8(13);
  const rootOrBlocks = head.u16(14); // the upper bits of the number of blocks, where the root's number is elsewhere
  const features = head.u32(80);
  const devices = head.u16(86);
  const directoryBits = head.u8(90);
  const packedFile = inodeNumber(head.big(96));
  const wideRoot = inodeNumber(head.big(112));

  const has = (bit: number) => (features & bit) !== 0;
  const unknown = features & ~knownFeatures;
  if (unknown !== 0) throw unsupported(`it uses features of erofs that are not known (0x${(unknown >>> 0).toString(16)})`);
  if (blockBits < 9 || blockBits > 16) throw corrupt(`its block size is 2^${blockBits}`);
  const blockSize = 2 ** blockBits;
  if (compat & compatible.checksum)
    await checkSum(source, head.u32(4), blockSize > superblockOffset ? blockSize - superblockOffset : blockSize);
  if (directoryBits !== 0) throw unsupported(`its directories are in blocks of another size (2^${directoryBits})`);
  const wide = has(incompatible.wideAddresses) && wideRoot !== 0;
  const bytes = (wide ? rootOrBlocks * 2 ** 32 + head.u32(36) : head.u32(36)) * blockSize;
  if (bytes > source.size) throw corrupt(`it should have ${bytes} bytes, but ends after ${source.size}`);
  if (superblockOffset + size > bytes) throw corrupt(`its superblock of ${size} bytes is longer than the image`);

  let metabox: number | undefined;
  if (has(incompatible.metabox)) {
    if (size < basicSize + extensionSize) throw corrupt(`its superblock of ${size} bytes does not say where the compressed metadata is`);
    metabox = inodeNumber(head.big(128));
    if (metabox < 0) throw corrupt('its compressed metadata lies inside itself');
  }
  const packed = has(incompatible.fragments) && packedFile !== 0 ? packedFile : undefined;
  const plainPrefixes = (compat & compatible.plainXattrPrefixes) !== 0;
  return {
    size: bytes,
    blockSize,
    root: wide ? wideRoot : rootOrBlocks,
    metadataStart: head.u32(40) * blockSize,
    epoch: Number(BigInt.asIntN(64, head.big(24))),
    algorithms: has(incompatible.compressionSettings)
      ? await readAlgorithms(sliceSource(source, 0, bytes), superblockOffset + size, head.u16(84))
      : new Set(['lz4']),
    zeroPadded: has(incompatible.zeroPadding),
    deviceMask: has(incompatible.devices) && devices > 0 ? 2 ** Math.ceil(Math.log2(devices + 1)) - 1 : 0,
    packedFile: packed,
    metabox,
    sharedXattrs: {
      start: head.u32(44) * blockSize,
      inMetabox: metabox !== undefined && (compat & compatible.sharedXattrsInMetabox) !== 0,
    },
    xattrPrefixes: {
      start: 4 * head.u32(92),
      count: has(incompatible.xattrPrefixes) ? head.u8(91) : 0,
      place: plainPrefixes ? 'image' : metabox !== undefined ? 'metabox' : packed !== undefined ? 'packed file' : 'image',
    },
  };
}

/** The sum is over the rest of the superblock's block, its own field taken as zero. */
async function checkSum(source: ByteSource, expected: number, length: number): Promise<void> {
  if (source.size < superblockOffset + length) throw corrupt(`it is cut off after ${source.size} bytes`);
  const bytes = (await source.read(superblockOffset, length)).slice();
  bytes.fill(0, 4, 8);
  if (crc32c(bytes) !== expected) throw corrupt('the checksum of its superblock is wrong');
}

/** The number of an algorithm's format in its settings, where it has one. */
const formatOf: Readonly<Partial<Record<Algorithm, (settings: Structure) => number>>> = { lzma: s => s.u16(4), zstd: s => s.u8(0) };
const settingsLength: Readonly<Record<Algorithm, number>> = { lz4: 14, lzma: 14, deflate: 6, zstd: 6 };

/** Which algorithms an image uses, each with settings that are followed here. (Linux: z_erofs_parse_cfgs) */
async function readAlgorithms(source: ByteSource, start: number, bits: number): Promise<ReadonlySet<Algorithm>> {
  const unknown = bits >> algorithms.length;
  if (unknown !== 0)
    throw unsupported(`it uses compression algorithms that are not known (0x${(unknown << algorithms.length).toString(16)})`);
  const used = algorithms.filter((_, number) => bits & (1 << number));
  let at = start;
  for (const algorithm of used) {
    at = 4 * Math.ceil(at / 4);
    const length = new Structure(await source.read(at, 2), 'little-endian').u16(0);
    if (length < settingsLength[algorithm]) throw corrupt(`its settings for ${algorithm} are ${length} bytes long`);
    const settings = new Structure(await source.read(at + 2, length), 'little-endian');
    const format = formatOf[algorithm]?.(settings) ?? 0;
    if (format !== 0) throw unsupported(`it uses ${algorithm} in format ${format}, which is not known`);
    at += 2 + length;
  }
  return new Set(used);
}

const corrupt = (message: string) => new ImageError('corrupt', message);
const unsupported = (message: string) => new ImageError('unsupported', message);
