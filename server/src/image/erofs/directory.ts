import { ImageError } from '../image-error.ts';
import { addEntry, type InodeEntries, type InodeEntry, kindOfEntry } from '../inode-tree.ts';
import { Structure } from '../structure.ts';

/** The longest directory that is read, in bytes: as many entries as a directory may have, with names of ordinary length. */
export const maxDirectory = 8 << 20;
const entrySize = 12;
const maxName = 255;
const dot = 0x2e;

/**
 * Parses a directory: in each block entries, sorted by name, then the names one after the other. Returns them without `.` and `..`. Throws
 * `corrupt`, also for a name that no directory can hold or that is there twice, `unsupported` for too many. (Linux: fs/erofs/dir.c)
 */
export function parseDirectory(bytes: Uint8Array, blockSize: number): InodeEntries<bigint> {
  const entries = new Map<string, InodeEntry<bigint>>();
  for (let at = 0; at < bytes.length; at += blockSize) {
    const block = new Structure(bytes.subarray(at, at + blockSize), 'little-endian');
    const namesStart = block.u16(8);
    const count = Math.floor(namesStart / entrySize);
    if (count === 0 || namesStart > block.size) throw new ImageError('corrupt', `a directory's names begin at ${namesStart}`);
    for (let i = 0; i < count; i++) {
      const start = block.u16(entrySize * i + 8);
      const end = i + 1 < count ? block.u16(entrySize * (i + 1) + 8) : endOfName(block, start);
      if (start < namesStart || end <= start || end - start > maxName || end > block.size)
        throw new ImageError('corrupt', `a directory has a name from ${start} to ${end}`);
      const name = block.bytes(start, end - start);
      if (name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot))) continue;
      addEntry(entries, name, { id: block.big(entrySize * i), kind: kindOfEntry(block.u8(entrySize * i + 10)) });
    }
  }
  return entries;
}

/** The last name of a block goes to its end or to the first NUL. */
function endOfName(block: Structure, start: number): number {
  const end = block.all.indexOf(0, start);
  return end < 0 ? block.size : end;
}
