/** Extended attributes: behind an inode, or in a table that inodes share. (Linux: fs/erofs/xattr.c) */
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import type { Inode } from './inode.ts';
import { roundUp } from './volume.ts';

/** What names begin with, by number. */
const prefixes: Readonly<Record<number, string>> = {
  1: 'user.',
  2: 'system.posix_acl_access',
  3: 'system.posix_acl_default',
  4: 'trusted.',
  6: 'security.',
};
const longPrefixBit = 0x80;
const headerSize = 12;
const entryHeaderSize = 4;

/** Where attributes of an image are beside the inode's own. */
export interface XattrTables {
  /** What inodes share, with where it begins. */
  readonly shared: () => Promise<{ readonly source: ByteSource; readonly start: number }>;
  /** Longer prefixes that the image defines. */
  readonly longPrefixes: () => Promise<readonly string[]>;
}

const decoder = new TextDecoder();

/** An inode's attributes by full name; what it has itself goes before what it shares. Throws `corrupt`. */
export async function readXattrs(metadata: ByteSource, { xattrs }: Inode, tables: XattrTables): Promise<ReadonlyMap<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  if (xattrs.length === 0) return all;
  const add = async (entry: Structure) => {
    const name = await fullName(entry, tables);
    if (name !== undefined && !all.has(name)) all.set(name, entry.bytes(entryHeaderSize + entry.u8(0), entry.u16(2)));
  };
  const own = new Structure(await metadata.read(xattrs.start, xattrs.length), 'little-endian');
  const sharedCount = own.u8(4);
  for (let at = headerSize + 4 * sharedCount; at < own.size; ) {
    const length = entryHeaderSize + own.u8(at) + own.u16(at + 2);
    await add(own.part(at, length));
    at += roundUp(length, entryHeaderSize);
  }
  for (let i = 0; i < sharedCount; i++) {
    const { source, start } = await tables.shared();
    const at = start + 4 * own.u32(headerSize + 4 * i);
    const header = new Structure(await source.read(at, entryHeaderSize), 'little-endian');
    await add(new Structure(await source.read(at, entryHeaderSize + header.u8(0) + header.u16(2)), 'little-endian'));
  }
  return all;
}

/** The name of an entry; undefined for one that Linux does not show, either. */
async function fullName(entry: Structure, { longPrefixes }: XattrTables): Promise<string | undefined> {
  const number = entry.u8(1);
  const rest = decoder.decode(entry.bytes(entryHeaderSize, entry.u8(0)));
  if ((number & longPrefixBit) === 0) return number in prefixes ? prefixes[number] + rest : undefined;
  const prefix = (await longPrefixes())[number & ~longPrefixBit];
  if (prefix === undefined)
    throw new ImageError('corrupt', `an extended attribute begins with prefix ${number & ~longPrefixBit}, which is not there`);
  return prefix + rest;
}

/** Reads the longer prefixes: each a length, the number of a short one and what follows it. Throws `corrupt`. */
export async function readLongPrefixes(source: ByteSource, start: number, count: number): Promise<readonly string[]> {
  const all: string[] = [];
  for (let at = start; all.length < count; ) {
    at = roundUp(at, 4);
    const length = new Structure(await source.read(at, 2), 'little-endian').u16(0);
    const prefix = new Structure(await source.read(at + 2, length), 'little-endian');
    all.push((prefixes[prefix.u8(0)] ?? '') + decoder.decode(prefix.bytes(1, length - 1)));
    at += 2 + length;
  }
  return all;
}
