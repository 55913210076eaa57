import { ImageError } from '../image-error.ts';
import { type InodeFacts, kindOfMode } from '../inode-tree.ts';
import type { Structure } from '../structure.ts';
import { type Item, type Key, keyAt } from './tree.ts';

/** Types of items. (Linux: include/uapi/linux/btrfs_tree.h) */
export const itemTypes = {
  inode: 1,
  xattr: 24,
  directoryItem: 84,
  directoryIndex: 96,
  extentData: 108,
  root: 132,
  rootReference: 156,
  chunk: 228,
} as const;

export interface BtrfsInode extends InodeFacts {
  readonly device: { readonly major: number; readonly minor: number };
}

const maxFileSize = Number.MAX_SAFE_INTEGER;
const maxSeconds = 2n ** 53n;

/** Parses an inode. Throws `corrupt`. */
export function parseInode(data: Structure): BtrfsInode {
  const [size, mode, device] = [data.u64(16), data.u32(52), data.big(56)];
  if (size > maxFileSize || mode > 0xffff) throw new ImageError('corrupt', `an inode has the mode 0${mode.toString(8)} and ${size} bytes`);
  const modified = BigInt.asIntN(64, data.big(136));
  if (modified > maxSeconds || modified < -maxSeconds) throw new ImageError('corrupt', `a file was changed at second ${modified}`);
  return {
    kind: kindOfMode(mode),
    mode: mode & 0o7777,
    uid: data.u32(44),
    gid: data.u32(48),
    modified: Number(modified),
    size,
    // the kernel's own way to write both in one number
    device: { major: Number((device >> 20n) & 0xfffn), minor: Number(device & 0xf_ffffn) },
  };
}

/** A name and what belongs to it: an entry of a directory, or an extended attribute. */
export interface Named {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  /** Of the inode or tree that the name stands for. */
  readonly place: Key;
  /** The kind, as directories number it. */
  readonly type: number;
}

const namedSize = 30;

/** The names in an item: several where their hashes are the same. Throws `corrupt`. */
export function parseNamed({ data }: Item): Named[] {
  const all: Named[] = [];
  for (let at = 0; at < data.size; ) {
    const [valueLength, nameLength] = [data.u16(at + 25), data.u16(at + 27)];
    const name = data.bytes(at + namedSize, nameLength);
    all.push({ name, value: data.bytes(at + namedSize + nameLength, valueLength), place: keyAt(data, at), type: data.u8(at + 29) });
    at += namedSize + nameLength + valueLength;
  }
  return all;
}

/** A stretch of a file, by its `offset` in the file. `ramBytes` is what it has unpacked; `compression` 0 for none. */
export type Extent = { readonly offset: number; readonly compression: number; readonly ramBytes: number } & (
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'stored';
      /** Logical address and bytes, as stored. */
      readonly start: number;
      readonly stored: number;
      /** The part of it, unpacked, that belongs to the file. */
      readonly inside: number;
      readonly length: number;
    }
  | { readonly kind: 'zeros'; readonly length: number }
);

const inlineHead = 21;

/** Parses a stretch of a file. Throws `corrupt`, `unsupported` for one that is encrypted or encoded in an unknown way. */
export function parseExtent({ data, offset }: Item): Extent {
  const [ramBytes, compression, type] = [data.u64(8), data.u8(16), data.u8(20)];
  if (data.u8(17) !== 0 || data.u16(18) !== 0)
    throw new ImageError('unsupported', 'a file in it is encrypted or encoded in a way that is not known');
  const common = { offset, compression, ramBytes };
  if (type === 0) return { ...common, kind: 'inline', bytes: data.bytes(inlineHead, data.size - inlineHead) };
  if (type > 2) throw new ImageError('corrupt', `a part of a file is of the unknown type ${type}`);
  const [start, stored, inside, length] = [data.u64(21), data.u64(29), data.u64(37), data.u64(45)];
  if (length === 0) throw new ImageError('corrupt', 'a part of a file is empty');
  if (type === 2 || start === 0) return { ...common, kind: 'zeros', length };
  if (inside + length > ramBytes)
    throw new ImageError('corrupt', `a part of a file takes ${length} bytes from ${inside} on of ${ramBytes}`);
  return { ...common, kind: 'stored', start, stored, inside, length };
}
