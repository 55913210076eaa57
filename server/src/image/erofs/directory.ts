import { entryList } from '../entry-list.ts';
import { encodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { type InodeEntries, type InodeEntry, kindOfEntry } from '../inode-tree.ts';
import { Structure } from '../structure.ts';
import type { ReadContent } from './content.ts';

/** The longest directory that is read as a whole, in bytes: as many entries as one may have, with names of ordinary length. */
const maxDirectory = 16 << 20;
/** Longer directories are searched for a name; shorter ones are read once. */
export const longDirectory = 64 << 10;
const entrySize = 12;
const maxName = 255;
const dot = 0x2e;

/** Reads and parses a whole directory. Throws as `parseDirectory`. */
export async function readDirectory(read: ReadContent, size: number, blockSize: number): Promise<InodeEntries<bigint>> {
  if (size > maxDirectory) throw new ImageError('unsupported', `a directory of ${size} bytes is too long`);
  return parseDirectory(await read(0, size), blockSize);
}

/**
 * Finds a name in a directory of many blocks: names are in order of their bytes over all of them. Throws `corrupt`. (Linux: fs/erofs/namei.c)
 */
export async function findInDirectory(
  read: ReadContent,
  size: number,
  blockSize: number,
  name: string,
): Promise<InodeEntry<bigint> | undefined> {
  const wanted = encodeName(name);
  let found: Uint8Array | undefined;
  for (let low = 0, high = Math.ceil(size / blockSize); low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const block = await read(middle * blockSize, blockSize);
    const entries = new Structure(block, 'little-endian');
    if (isAfter(nameOf(entries, 0, entriesIn(entries)), wanted)) high = middle;
    else [low, found] = [middle + 1, block];
  }
  return found && parseDirectory(found, blockSize).get(name);
}

/**
 * Parses a directory: in each block entries, sorted by name, then the names one after the other. Returns them without `.` and `..`. Throws
 * `corrupt`, also for a name that no directory can hold or that is there twice, `unsupported` for too many. (Linux: fs/erofs/dir.c)
 */
export function parseDirectory(bytes: Uint8Array, blockSize: number): InodeEntries<bigint> {
  const { entries, add } = entryList<InodeEntry<bigint>>();
  for (let at = 0; at < bytes.length; at += blockSize) {
    const block = new Structure(bytes.subarray(at, at + blockSize), 'little-endian');
    const count = entriesIn(block);
    for (let i = 0; i < count; i++) {
      const name = nameOf(block, i, count);
      if (name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot))) continue;
      add(name, { id: block.big(entrySize * i), kind: kindOfEntry(block.u8(entrySize * i + 10)) });
    }
  }
  return entries;
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

/** Whether a name comes after another, by its bytes. */
function isAfter(name: Uint8Array, other: Uint8Array): boolean {
  const different = name.findIndex((byte, i) => byte !== other[i]);
  return different >= 0 && (name[different] ?? 0) > (other[different] ?? -1);
}
