import { ImageError } from '../image-error.ts';
import { type InodeFacts, kindOfMode } from '../inode-tree.ts';
import type { Structure } from '../structure.ts';
import type { ExtSuperblock } from './superblock.ts';

/** An inode, as far as it is of interest. (Linux: fs/ext4/ext4.h, struct ext4_inode) */
export interface ExtInode extends InodeFacts {
  readonly number: number;
  readonly flags: number;
  /** The 60 bytes that say where the content is, or are its beginning. */
  readonly map: Structure;
  /** Whether the content of a symbolic link is in `map`. */
  readonly fastLink: boolean;
  /** What follows the fields: attributes, perhaps. */
  readonly rest: Structure | undefined;
  /** The block with attributes, 0 for none. */
  readonly attributeBlock: number;
}

export const inodeFlags = {
  encrypted: 0x800,
  extents: 0x8_0000,
  attributeValue: 0x20_0000,
  inlineData: 0x1000_0000,
} as const;
const hugeFile = 0x4_0000;
const basicSize = 128;
export const mapSize = 60;
const maxFileSize = 2 ** 48;

/** Parses an inode. Throws `corrupt`. */
export function parseInode(raw: Structure, number: number, superblock: ExtSuperblock): ExtInode {
  const mode = raw.u16(0);
  if (mode === 0) throw new ImageError('corrupt', `inode ${number} is not in use`);
  const kind = kindOfMode(mode);
  const flags = raw.u32(0x20);
  const extra = raw.size > basicSize ? raw.u16(0x80) : 0;
  if (extra % 4 !== 0 || extra > raw.size - basicSize) throw new ImageError('corrupt', `inode ${number} has ${extra} bytes more`);
  const size = raw.u32(4) + (kind === 'file' || (kind === 'directory' && superblock.largeDirectories) ? raw.u32(0x6c) * 2 ** 32 : 0);
  if (size > maxFileSize) throw new ImageError('corrupt', `inode ${number} has ${size} bytes`);
  const attributeBlock = raw.u32(0x68) + (superblock.wide ? raw.u16(0x76) * 2 ** 32 : 0);
  return {
    number,
    kind,
    mode: mode & 0o7777,
    uid: raw.u16(2) | (raw.u16(0x78) << 16),
    gid: raw.u16(0x18) | (raw.u16(0x7a) << 16),
    modified: modified(raw, extra),
    size,
    flags,
    map: raw.part(0x28, mapSize),
    fastLink: isFastLink(raw, size, flags, attributeBlock, superblock),
    rest: raw.size > basicSize + extra && extra > 0 ? raw.part(basicSize + extra, raw.size - basicSize - extra) : undefined,
    attributeBlock,
  };
}

/** Seconds with a sign, and two more bits where the inode has room for them. */
function modified(raw: Structure, extra: number): number {
  const seconds = raw.i32(0x10);
  return extra >= 12 ? seconds + (raw.u32(0x88) & 3) * 2 ** 32 : seconds;
}

/** A short target lies in the inode itself unless blocks beyond those of attributes are taken. (Linux: fs/ext4/inode.c) */
function isFastLink(raw: Structure, size: number, flags: number, attributeBlock: number, superblock: ExtSuperblock): boolean {
  if (size >= mapSize || flags & (inodeFlags.extents | inodeFlags.inlineData)) return false;
  if (superblock.valuesInInodes) return true;
  const sectors = raw.u32(0x1c) + (superblock.hugeFiles ? raw.u16(0x74) * 2 ** 32 : 0);
  const sectorsPerBlock = superblock.blockSize / 512;
  const bytes = superblock.hugeFiles && flags & hugeFile ? sectors * sectorsPerBlock : sectors;
  return bytes === (attributeBlock === 0 ? 0 : sectorsPerBlock * superblock.clusterBlocks);
}

/** The numbers of a device: 16 bits as of old, or 32. (Linux: include/linux/kdev_t.h, old_decode_dev and new_decode_dev) */
export function deviceOf({ map }: ExtInode): { major: number; minor: number } {
  const old = map.u32(0);
  if (old !== 0) return { major: (old >> 8) & 0xff, minor: old & 0xff };
  const device = map.u32(4);
  return { major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00) };
}
