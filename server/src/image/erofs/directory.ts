import { type EntryList, type EntryListBuilder, entryList, type ListedEntry } from '../entry-list.ts';
import { compareBytes, encodeName, isDots } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { kindOfEntry } from '../inode-tree.ts';
import { Structure } from '../structure.ts';
import type { ReadContent } from './content.ts';
import { inodeNumber } from './superblock.ts';

/** The longest directory that is read as a whole, in bytes: as many entries as one may have, with names of ordinary length. */
const maxDirectory = 16 << 20;
/** Longer directories are searched for a name; shorter ones are read once. */
export const longDirectory = 64 << 10;
/** Bytes of a directory that are read at once: blocks of every size. */
const stretch = 1 << 18;
const entrySize = 12;
const maxName = 255;

/** Reads and parses a whole directory. Throws as `parseDirectory`. */
export async function readDirectory(read: ReadContent, size: number, blockSize: number): Promise<EntryList> {
  if (size > maxDirectory) throw new ImageError('unsupported', `a directory of ${size} bytes is too long`);
  const list = entryList();
  const room = new Uint8Array(Math.min(size, stretch));
  for (let at = 0; at < size; at += stretch) addEntries(await read(at, stretch, room), blockSize, list);
  return list.finish();
}

/**
 * Finds a name in a directory of many blocks: names are in order of their bytes over all of them. Throws `corrupt`. (Linux: fs/erofs/namei.c)
 */
export async function findInDirectory(read: ReadContent, size: number, blockSize: number, name: string): Promise<ListedEntry | undefined> {
  const wanted = encodeName(name);
  let found: Uint8Array | undefined;
  for (let low = 0, high = Math.ceil(size / blockSize); low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const block = await read(middle * blockSize, blockSize);
    const entries = new Structure(block, 'little-endian');
    if (compareBytes(nameOf(entries, 0, entriesIn(entries)), wanted) > 0) high = middle;
    else [low, found] = [middle + 1, block];
  }
  return found && parseDirectory(found, blockSize).get(name);
}

/**
 * Parses a directory: in each block entries, sorted by name, then the names one after the other. Returns them without `.` and `..`. Throws
 * `corrupt`, also for a name that no directory can hold or that is there twice, `unsupported` for too many. (Linux: fs/erofs/dir.c)
 */
export function parseDirectory(bytes: Uint8Array, blockSize: number): EntryList {
  const list = entryList();
  addEntries(bytes, blockSize, list);
  return list.finish();
}

function addEntries(bytes: Uint8Array, blockSize: number, { add }: EntryListBuilder): void {
  for (let at = 0; at < bytes.length; at += blockSize) {
    const block = new Structure(bytes.subarray(at, at + blockSize), 'little-endian');
    const count = entriesIn(block);
    for (let i = 0; i < count; i++) {
      const name = nameOf(block, i, count);
      if (!isDots(name)) add(name, { id: inodeNumber(block.big(entrySize * i)), kind: kindOfEntry(block.u8(entrySize * i + 10)) });
    }
  }
}

/** How many entries a block has: the first one's name follows the last one. */
function entriesIn(block: Structure): number {
  const namesStart = block.u16(8);
  if (namesStart < entrySize || namesStart > block.size) throw new ImageError('corrupt', `a directory's names begin at ${namesStart}`);
  return Math.floor(namesStart / entrySize);
}

/** The name of an entry: up to the next one's; that of the last goes to the end of its block or to the first NUL. */
function nameOf(block: Structure, i: number, count: number): Uint8Array {
  const start = block.u16(entrySize * i + 8);
  let end = i + 1 < count ? block.u16(entrySize * (i + 1) + 8) : block.all.indexOf(0, start);
  if (end < 0) end = block.size;
  if (start < entrySize * count || end <= start || end - start > maxName || end > block.size)
    throw new ImageError('corrupt', `a directory has a name from ${start} to ${end}`);
  return block.bytes(start, end - start);
}
