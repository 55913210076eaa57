import { ImageError } from '../image-error.ts';
import { maxLinkTarget, type NodeKind } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import type { MetadataCursor } from './metadata.ts';

/** Where a file's content is: whole blocks one after the other, then perhaps a tail inside a fragment block. */
export interface FileContent {
  readonly size: number;
  /** Offset of the first block. */
  readonly start: number;
  readonly fragment: { readonly index: number; readonly offset: number } | undefined;
  /** Stands at the list of block sizes, one u32 each. For one use. */
  readonly blockSizes: MetadataCursor;
}

/** Where a directory's listing is in the directory table. */
export interface ListingPlace {
  readonly block: number;
  readonly offset: number;
  readonly length: number;
}

/** Where in a long listing which names begin. */
export interface ListingIndex {
  readonly count: number;
  /** Stands at the first entry: offset in the listing, metadata block, length of the name less one (u32 each), and the first name there. For one use. */
  readonly entries: MetadataCursor;
}

/** Numbers of a device. */
export interface Device {
  readonly major: number;
  readonly minor: number;
}

/** What an inode holds, beside what all of them have. */
export type Inode = InodeHead &
  (
    | ({ readonly kind: 'file' } & FileContent)
    | { readonly kind: 'directory'; readonly listing: ListingPlace; readonly index: ListingIndex | undefined }
    | { readonly kind: 'link'; readonly target: Uint8Array }
    | { readonly kind: 'character' | 'block'; readonly device: Device }
    | { readonly kind: 'fifo' | 'socket' }
  );

interface InodeHead {
  readonly mode: number;
  /** Indexes into the table of ids. */
  readonly uid: number;
  readonly gid: number;
  readonly modified: number;
  /** Number of its extended attributes in their table; undefined where it has none. */
  readonly xattrs: number | undefined;
}

/** The kinds by inode type, less one: seven basic types, then the same seven extended. */
export const kinds: readonly NodeKind[] = ['directory', 'file', 'link', 'block', 'character', 'fifo', 'socket'];
const basicTypes = kinds.length;
/** "No fragment", "no extended attributes": all ones. */
const none = 0xffff_ffff;
/** A listing's stated length counts three bytes more than it has, for `.` and `..`. */
const dotsLength = 3;

/** Reads the inode at a cursor. Throws `corrupt`. (Linux: fs/squashfs/inode.c) */
export async function readInode(cursor: MetadataCursor): Promise<Inode> {
  const head = new Fields(await cursor.read(16));
  const type = head.u16();
  const attributes = { mode: head.u16() & 0o7777, uid: head.u16(), gid: head.u16(), modified: head.u32() };
  const kind = kinds[(type - 1) % basicTypes];
  if (type < 1 || type > 2 * basicTypes || !kind) throw new ImageError('corrupt', `an inode has the unknown type ${type}`);
  const extended = type > basicTypes;
  const fields = async (length: number) => new Fields(await cursor.read(length));

  /** At the end of all extended inodes. */
  const xattrsAt = (body: Fields) => (extended ? xattrNumber(body.u32()) : undefined);

  switch (kind) {
    case 'directory': {
      const body = await fields(extended ? 24 : 16);
      const { count, ...listing } = extended ? extendedListing(body) : { ...basicListing(body), count: 0 };
      return { ...attributes, kind, listing, xattrs: xattrsAt(body), index: count > 0 ? { count, entries: cursor } : undefined };
    }
    case 'file': {
      const body = await fields(extended ? 40 : 16);
      const content = extended ? extendedContent(body) : basicContent(body);
      return { ...attributes, kind, ...content, xattrs: xattrsAt(body), blockSizes: cursor };
    }
    case 'link': {
      const body = await fields(8);
      body.skip(4); // links to it
      const length = body.u32();
      if (length === 0 || length > maxLinkTarget) throw new ImageError('corrupt', `a symbolic link is ${length} bytes long`);
      const target = await cursor.read(length);
      return { ...attributes, kind, target, xattrs: extended ? xattrsAt(await fields(4)) : undefined };
    }
    case 'character':
    case 'block': {
      const body = await fields(extended ? 12 : 8);
      body.skip(4); // links to it
      const device = deviceOf(body.u32());
      return { ...attributes, kind, device, xattrs: xattrsAt(body) };
    }
    default: {
      const body = await fields(extended ? 8 : 4);
      body.skip(4); // links to it
      return { ...attributes, kind, xattrs: xattrsAt(body) };
    }
  }
}

function basicListing(fields: Fields): ListingPlace {
  const block = fields.u32();
  fields.skip(4); // links to it
  const length = fields.u16();
  return { block, offset: fields.u16(), length: Math.max(length - dotsLength, 0) };
}

function extendedListing(fields: Fields): ListingPlace & { readonly count: number } {
  fields.skip(4); // links to it
  const length = fields.u32();
  const block = fields.u32();
  fields.skip(4); // parent
  const count = fields.u16();
  return { block, offset: fields.u16(), length: Math.max(length - dotsLength, 0), count };
}

function basicContent(fields: Fields): Omit<FileContent, 'blockSizes'> {
  const start = fields.u32();
  const fragment = fragmentOf(fields);
  return { start, fragment, size: fields.u32() };
}

function extendedContent(fields: Fields): Omit<FileContent, 'blockSizes'> {
  const start = fields.u64();
  const size = fields.u64();
  fields.skip(12); // bytes saved by holes, links to it
  return { start, size, fragment: fragmentOf(fields) };
}

function fragmentOf(fields: Fields): FileContent['fragment'] {
  const index = fields.u32();
  const offset = fields.u32();
  return index === none ? undefined : { index, offset };
}

const xattrNumber = (stored: number): number | undefined => (stored === none ? undefined : stored);

/** A device's numbers: 12 bits of major in the middle of 20 bits of minor. (Linux: include/linux/kdev_t.h, new_decode_dev) */
function deviceOf(stored: number): Device {
  return { major: (stored >>> 8) & 0xfff, minor: (stored & 0xff) | ((stored >>> 12) & 0xf_ff00) };
}
