import { ImageError } from '../image-error.ts';
import { type InodeFacts, kindOfMode } from '../inode-tree.ts';
import type { Structure } from '../structure.ts';
import type { XfsSuperblock } from './superblock.ts';

/** How a fork keeps what belongs to it: here, by a list of extents here, or by a tree of them that begins here. */
export type ForkFormat = 'device' | 'local' | 'extents' | 'tree';

/** One of the two parts of an inode: content, or extended attributes. */
export interface Fork {
  readonly inode: number;
  readonly format: ForkFormat;
  readonly area: Structure;
  /** Extents, where `format` is that. */
  readonly extents: number;
}

/** An inode, as far as it is of interest. (Linux: fs/xfs/libxfs/xfs_format.h, struct xfs_dinode) */
export interface XfsInode extends InodeFacts {
  readonly number: number;
  readonly data: Fork;
  readonly attributes: Fork | undefined;
  /** Whether its content is on a device of its own. */
  readonly realtime: boolean;
}

const magic = 0x494e;
const formats: readonly (ForkFormat | undefined)[] = ['device', 'local', 'extents', 'tree'];
const realtimeFlag = 0x1;
const bigTimeFlag = 0x8;
const manyExtentsFlag = 0x10;
/** Big timestamps count from the first second that the old ones could express. */
const bigTimeStart = 2 ** 31;

/** Parses an inode. Throws `corrupt`. */
export function parseInode(raw: Structure, number: number, { version }: XfsSuperblock): XfsInode {
  const inodeVersion = raw.u8(4);
  if (raw.u16(0) !== magic || (version === 5) !== (inodeVersion === 3))
    throw new ImageError('corrupt', `what should be inode ${number} is none`);
  if (inodeVersion === 3 && raw.u64(152) !== number)
    throw new ImageError('corrupt', `what should be inode ${number} is inode ${raw.u64(152)}`);
  const mode = raw.u16(2);
  if (mode === 0) throw new ImageError('corrupt', `inode ${number} is not in use`);
  const flags2 = inodeVersion === 3 ? raw.u32(124) : 0;
  const many = (flags2 & manyExtentsFlag) !== 0;
  const start = inodeVersion === 3 ? 176 : 100;
  const length = raw.size - start;
  const dataLength = raw.u8(82) === 0 ? length : 8 * raw.u8(82);
  if (dataLength > length) throw new ImageError('corrupt', `the attributes of inode ${number} begin outside it`);
  const fork = (format: number, at: number, bytes: number, extents: number): Fork => {
    const name = formats[format];
    if (!name) throw new ImageError('corrupt', `inode ${number} is kept in the unknown format ${format}`);
    return { inode: number, format: name, area: raw.part(at, bytes), extents };
  };
  const hasAttributes = dataLength < length;
  return {
    number,
    kind: kindOfMode(mode),
    mode: mode & 0o7777,
    uid: raw.u32(8),
    gid: raw.u32(12),
    modified: flags2 & bigTimeFlag ? Number(raw.big(40) / 1_000_000_000n) - bigTimeStart : raw.i32(40),
    size: raw.u64(56),
    data: fork(raw.u8(5), start, dataLength, many ? raw.u64(24) : raw.u32(76)),
    attributes: hasAttributes ? fork(raw.u8(83), start + dataLength, length - dataLength, many ? raw.u32(76) : raw.u16(80)) : undefined,
    realtime: (raw.u16(90) & realtimeFlag) !== 0,
  };
}

/** The numbers of a device: 14 and 18 bits. (Linux: include/linux/kdev_t.h, sysv_major and sysv_minor) */
export function deviceOf({ data }: XfsInode): { major: number; minor: number } {
  const device = data.area.u32(0);
  return { major: (device >>> 18) & 0x3fff, minor: device & 0x3_ffff };
}
