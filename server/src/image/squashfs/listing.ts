import { decodeName, isEntryName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { maxEntries, type NodeKind } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import { kinds } from './inode.ts';
import type { InodeReference } from './superblock.ts';

/** An entry of a directory. */
export interface ListingEntry {
  readonly kind: NodeKind;
  readonly inode: InodeReference;
}

/** The longest listing that is read: as many entries as a directory may have, with names of ordinary length. */
export const maxListing = 8 << 20;
const maxRun = 256;
const maxName = 256;

/**
 * Parses a directory's listing: runs of entries whose inodes share a metadata block. Returns them by name, in the image's order. Throws
 * `corrupt` for a name that no directory can hold or that is there twice, `unsupported` for too many. (Linux: fs/squashfs/dir.c)
 */
export function parseListing(bytes: Uint8Array): Map<string, ListingEntry> {
  const entries = new Map<string, ListingEntry>();
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
      const name = decodeName(fields.bytes(length));
      if (!isEntryName(name)) throw new ImageError('corrupt', `a file is named ${JSON.stringify(name)}`);
      if (entries.has(name)) throw new ImageError('corrupt', `a directory holds the name ${JSON.stringify(name)} twice`);
      if (entries.size >= maxEntries) throw new ImageError('unsupported', `a directory has more than ${maxEntries} entries`);
      entries.set(name, { kind, inode: { block, offset } });
    }
  }
  return entries;
}
