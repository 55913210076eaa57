import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { type InodeFacts, kindOfMode } from '../inode-tree.ts';
import { Structure } from '../structure.ts';
import type { Superblock } from './superblock.ts';

/** How an inode's content is kept, by the number in the format. */
const layouts = ['plain', 'full index', 'inline tail', 'compact index', 'chunks'] as const;

/** An inode, with what follows it in the metadata described and not yet read. */
export interface Inode extends InodeFacts {
  readonly layout: (typeof layouts)[number];
  /** What the inode's place for a block's number holds: that (-1: a hole), a device, or the format of its chunks. */
  readonly value: number;
  /** Whether it lies in the compressed metadata, with all that follows it. */
  readonly inMetabox: boolean;
  /** Where its extended attributes are in its metadata, in bytes. */
  readonly xattrs: { readonly start: number; readonly length: number };
  /** Where its indexes or the end of its content begin in its metadata. */
  readonly body: number;
}

const slotSize = 32;
const basicSize = 32;
const extendedSize = 64;
const xattrHeaderSize = 12;
/** Set in an inode's format where the number of links is 1 and its field has the upper bits of a block's number; for directories, no `.`. */
const onlyLinkBit = 0x10;
const formatBits = 0x1f;
/** The block numbers that stand for a hole. */
const noBlock32 = 0xffff_ffff;
const noBlock48 = 0xffff_ffff_ffff;

/** Whether an inode of that number lies in the compressed metadata. */
export const isInMetabox = ({ metabox }: Superblock, nid: number): boolean => metabox !== undefined && nid < 0;

/** Reads the inode of a number from the metadata it lies in. Throws `corrupt` or `unsupported`. (Linux: fs/erofs/inode.c) */
export async function readInode(metadata: ByteSource, superblock: Superblock, nid: number): Promise<Inode> {
  const inMetabox = isInMetabox(superblock, nid);
  const slot = inMetabox ? -nid - 1 : nid;
  const at = (inMetabox ? 0 : superblock.metadataStart) + slotSize * slot;
  if (slot < 0 || at + basicSize > metadata.size) throw new ImageError('corrupt', `it refers to inode ${slot}, which lies outside`);
  const basic = new Structure(await metadata.read(at, basicSize), 'little-endian');
  const format = basic.u16(0);
  const layout = layouts[(format >> 1) & 7];
  if (!layout || format & ~formatBits) throw new ImageError('unsupported', `an inode has the unknown format ${format}`);
  const extended = (format & 1) !== 0;
  const inode = extended ? new Structure(await metadata.read(at, extendedSize), 'little-endian') : basic;
  const mode = inode.u16(4);
  const kind = kindOfMode(mode);

  const hasHigh = extended || (kind !== 'directory' && (format & onlyLinkBit) !== 0);
  const low = inode.u32(16);
  const wide = hasHigh ? inode.u16(6) * 2 ** 32 + low : low;
  const hole = layout === 'plain' && wide === (hasHigh ? noBlock48 : noBlock32);
  const isSpecial = kind !== 'file' && kind !== 'directory' && kind !== 'link';
  const xattrWords = inode.u16(2);
  const xattrs = {
    start: at + (extended ? extendedSize : basicSize),
    length: xattrWords === 0 ? 0 : xattrHeaderSize + 4 * (xattrWords - 1),
  };
  return {
    kind,
    mode: mode & 0o7777,
    uid: extended ? inode.u32(24) : inode.u16(24),
    gid: extended ? inode.u32(28) : inode.u16(26),
    modified: extended ? Number(BigInt.asIntN(64, inode.big(32))) : superblock.epoch + inode.u32(12),
    size: isSpecial ? 0 : extended ? inode.u64(8) : inode.u32(8),
    layout,
    value: isSpecial || layout === 'chunks' ? low : hole ? -1 : wide,
    inMetabox,
    xattrs,
    body: xattrs.start + xattrs.length,
  };
}

/** The device that a character or block device's number stands for. (Linux: new_decode_dev in include/linux/kdev_t.h) */
export function deviceOf(value: number): { major: number; minor: number } {
  return { major: (value & 0xfff00) >>> 8, minor: (value & 0xff) | ((value >>> 12) & 0xfff00) };
}
