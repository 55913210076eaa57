import { type EntryList, type EntryListBuilder, entryList } from '../entry-list.ts';
import { compareBytes, encodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { maxEntries, maxNames } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import { kinds, type ListingIndex, type ListingPlace } from './inode.ts';
import { metadataBlockSize, type OpenMetadata } from './metadata.ts';
import { inodeNumber, type Region } from './superblock.ts';

/** The longest listing that is read: as many entries as a directory may have, with all the names that it may. */
const maxListing = maxNames + 12 * maxEntries;
const maxRun = 256;
const maxName = 256;
/** An entry with the head of a run before it. */
const longestEntry = 12 + 8 + maxName;
/** Bytes of a listing that are read at once. */
const stretch = 1 << 17;

/**
 * Reads a directory's listing: runs of entries whose inodes share a metadata block. Throws `corrupt` for a name that no directory can hold or that
 * is there twice, `unsupported` for too many. (Linux: fs/squashfs/dir.c)
 */
export async function readListing(metadata: OpenMetadata, directories: Region, place: ListingPlace): Promise<EntryList> {
  const { block, offset, length } = place;
  if (length > maxListing) throw new ImageError('unsupported', `a directory's listing of ${length} bytes is too long`);
  const cursor = metadata(directories, directories.start + block, offset);
  const list = entryList();
  const add = runParser(list);
  if (length <= stretch) {
    add(await cursor.read(length), true);
    return list.finish();
  }
  // each stretch goes behind what is left of the one before
  const room = new Uint8Array(longestEntry + stretch);
  let rest = 0;
  for (let left = length; left > 0; ) {
    const part = await cursor.read(Math.min(left, stretch), room.subarray(rest));
    left -= part.length;
    room.set(part, rest);
    const bytes = room.subarray(0, rest + part.length);
    const used = add(bytes, left === 0);
    rest = bytes.length - used;
    room.copyWithin(0, used, bytes.length);
  }
  return list.finish();
}

/** Parses listings piece by piece: adds the entries in `bytes`, all of them if these are the `last` ones, and returns how many bytes that took. */
function runParser(list: EntryListBuilder): (bytes: Uint8Array, last: boolean) => number {
  let entries = 0;
  let block = 0;
  return (bytes, last) => {
    const fields = new Fields(bytes);
    while (fields.left > (last ? 0 : longestEntry)) {
      if (entries === 0) {
        entries = fields.u32() + 1;
        if (entries > maxRun) throw new ImageError('corrupt', `a directory has a run of ${entries} entries`);
        block = fields.u32();
        fields.skip(4); // number of the first inode
      }
      const offset = fields.u16();
      fields.skip(2); // number of the inode, relative
      const kind = kinds[fields.u16() - 1];
      const length = fields.u16() + 1;
      if (!kind) throw new ImageError('corrupt', 'a directory entry is of an unknown type');
      if (length > maxName) throw new ImageError('corrupt', `a file name is ${length} bytes long`);
      list.add(fields.bytes(length), { kind, id: inodeNumber({ block, offset }) });
      entries--;
    }
    if (last && entries > 0) throw new ImageError('corrupt', 'a structure ends too early');
    return bytes.length - fields.left;
  };
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
): Promise<EntryList> {
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
    if (compareBytes(sought, await index.entries.read(length)) < 0) {
      until = at;
      break;
    }
    from = at;
    block = itsBlock;
  }
  const offset = (place.offset + from) % metadataBlockSize;
  return readListing(metadata, directories, { block, offset, length: until - from });
}
