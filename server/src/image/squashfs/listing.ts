import { entryList } from '../entry-list.ts';
import { encodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { maxEntries, maxNames, type NodeKind } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import { kinds, type ListingIndex, type ListingPlace } from './inode.ts';
import { metadataBlockSize, type OpenMetadata } from './metadata.ts';
import type { InodeReference, Region } from './superblock.ts';

/** An entry of a directory. */
export interface ListingEntry {
  readonly kind: NodeKind;
  readonly inode: InodeReference;
}

/** The longest listing that is read: as many entries as a directory may have, with all the names that it may. */
const maxListing = maxNames + 12 * maxEntries;
const maxRun = 256;
const maxName = 256;

/**
 * Parses a directory's listing: runs of entries whose inodes share a metadata block. Returns them by name, in the image's order. Throws
 * `corrupt` for a name that no directory can hold or that is there twice, `unsupported` for too many. (Linux: fs/squashfs/dir.c)
 */
export function parseListing(bytes: Uint8Array): ReadonlyMap<string, ListingEntry> {
  const { entries, add } = entryList<ListingEntry>();
  const fields = new Fields(bytes);
  while (fields.left > 0) {
    const count = fields.u32() + 1;
    if (count > maxRun) throw new ImageError('corrupt', `a directory has a run of ${count} entries`);
    const block = fields.u32();
    fields.skip(4); // number of the first inode
    for (let i = 0; i < count; i++) {
      const offset = fields.u16();
      fields.skip(2); // number of the inode, relative
      const kind = kinds[fields.u16() - 1];
      const length = fields.u16() + 1;
      if (!kind) throw new ImageError('corrupt', 'a directory entry is of an unknown type');
      if (length > maxName) throw new ImageError('corrupt', `a file name is ${length} bytes long`);
      add(fields.bytes(length), { kind, inode: { block, offset } });
    }
  }
  return entries;
}

/** Reads and parses a directory's whole listing. Throws as `parseListing`. */
export async function readListing(
  metadata: OpenMetadata,
  directories: Region,
  place: ListingPlace,
): Promise<ReadonlyMap<string, ListingEntry>> {
  const { block, offset, length } = place;
  if (length > maxListing) throw new ImageError('unsupported', `a directory's listing of ${length} bytes is too long`);
  return parseListing(await metadata(directories, directories.start + block, offset).read(length));
}

/**
 * Reads and parses the stretch of a long listing that a name must be in, by the index: names are in order of their bytes, and each entry of the
 * index tells the first name of a metadata block. (Linux: fs/squashfs/namei.c)
 */
export async function readListingAround(
  metadata: OpenMetadata,
  directories: Region,
  place: ListingPlace,
  index: ListingIndex,
  name: string,
): Promise<ReadonlyMap<string, ListingEntry>> {
  const sought = encodeName(name);
  let from = 0;
  let block = place.block;
  let until = place.length;
  for (let left = index.count; left > 0; left--) {
    const entry = new Fields(await index.entries.read(12));
    const at = entry.u32();
    const itsBlock = entry.u32();
    const length = entry.u32() + 1;
    if (length > maxName) throw new ImageError('corrupt', `a file name is ${length} bytes long`);
    if (at < from || at > place.length) throw new ImageError('corrupt', 'the index of a directory is out of order');
    if (isBefore(sought, await index.entries.read(length))) {
      until = at;
      break;
    }
    from = at;
    block = itsBlock;
  }
  const offset = (place.offset + from) % metadataBlockSize;
  return readListing(metadata, directories, { block, offset, length: until - from });
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a.length < b.length;
}
