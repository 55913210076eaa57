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

/** What an inode holds, beside what all of them have. */
export type Inode = InodeHead &
  (
    | ({ readonly kind: 'file' } & FileContent)
    | { readonly kind: 'directory'; readonly listing: ListingPlace }
    | { readonly kind: 'link'; readonly target: Uint8Array }
    | { readonly kind: 'character' | 'block' | 'fifo' | 'socket' }
  );

interface InodeHead {
  readonly mode: number;
  /** Indexes into the table of ids. */
  readonly uid: number;
  readonly gid: number;
  readonly modified: number;
}

/** The kinds by inode type, less one: seven basic types, then the same seven extended. */
export const kinds: readonly NodeKind[] = ['directory', 'file', 'link', 'block', 'character', 'fifo', 'socket'];
const basicTypes = kinds.length;
/** "No fragment", all ones. */
const noFragment = 0xffff_ffff;
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

  if (kind === 'directory') {
    const listing = extended ? extendedListing(await fields(24)) : basicListing(await fields(16));
    return { ...attributes, kind, listing };
  }
  if (kind === 'file') {
    const content = extended ? extendedContent(await fields(40)) : basicContent(await fields(16));
    return { ...attributes, kind, ...content, blockSizes: cursor };
  }
  if (kind === 'link') {
    const body = await fields(8);
    body.skip(4); // links to it
    const length = body.u32();
    if (length === 0 || length > maxLinkTarget) throw new ImageError('corrupt', `a symbolic link is ${length} bytes long`);
    return { ...attributes, kind, target: await cursor.read(length) };
  }
  return { ...attributes, kind };
}

function basicListing(fields: Fields): ListingPlace {
  const block = fields.u32();
  fields.skip(4); // links to it
  const length = fields.u16();
  return { block, offset: fields.u16(), length: Math.max(length - dotsLength, 0) };
}

function extendedListing(fields: Fields): ListingPlace {
  fields.skip(4); // links to it
  const length = fields.u32();
  const block = fields.u32();
  fields.skip(6); // parent, length of the index
  return { block, offset: fields.u16(), length: Math.max(length - dotsLength, 0) };
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
  return index === noFragment ? undefined : { index, offset };
}
