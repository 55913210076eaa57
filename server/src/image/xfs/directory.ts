import { type EntryList, type EntryListBuilder, entryList } from '../entry-list.ts';
import { isDots } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { kindOfEntry } from '../inode-tree.ts';
import { Structure } from '../structure.ts';
import type { ForkReader } from './fork.ts';
import type { XfsInode } from './inode.ts';
import type { XfsSuperblock } from './superblock.ts';

/** The longest directory that is read, in bytes: as many entries as it may have, with the longest names, in blocks that are half full. */
const maxDirectory = 64 << 20;

/** Blocks with entries, by magic: with or without the index at the block's end, and how long the head is. */
const dataBlocks: Readonly<Record<number, { readonly head: number; readonly index: boolean } | undefined>> = {
  1480864322: { head: 16, index: true }, // XD2B
  1480864324: { head: 16, index: false }, // XD2D
  1480868403: { head: 64, index: true }, // XDB3
  1480868915: { head: 64, index: false }, // XDD3
};
const freeTag = 0xffff;

/** A directory's entries, whatever its form. Index blocks lie behind its size and are not needed. (Linux: fs/xfs/libxfs/xfs_da_format.h) */
export async function readDirectory(
  { data, size }: XfsInode,
  { directoryBlockSize, kindsInEntries }: XfsSuperblock,
  open: () => ForkReader,
): Promise<EntryList> {
  const list = entryList();
  if (data.format === 'local') {
    addShortEntries(data.area, kindsInEntries, list);
    return list.finish();
  }
  if (size > maxDirectory) throw new ImageError('unsupported', `a directory of ${size} bytes is too long`);
  const fork = open();
  for (let at = 0; at < size; ) {
    const { start, length } = await fork.locate(at);
    if (start === undefined) {
      at = Math.max(at + directoryBlockSize, Math.floor((at + length) / directoryBlockSize) * directoryBlockSize);
      continue;
    }
    addBlockEntries(new Structure(await fork.read(at, directoryBlockSize), 'big-endian'), kindsInEntries, list);
    at += directoryBlockSize;
  }
  return list.finish();
}

/** Entries that fit into the inode: parent and inodes take 8 bytes where one of them needs them. */
function addShortEntries(area: Structure, kinds: boolean, entries: EntryListBuilder): void {
  const count = area.u8(0);
  const wide = area.u8(1) > 0;
  const numberSize = wide ? 8 : 4;
  for (let i = 0, at = 2 + numberSize; i < count; i++) {
    const length = area.u8(at);
    const name = area.bytes(at + 3, length);
    at += 3 + length;
    const kind = kinds ? kindOfEntry(area.u8(at++)) : undefined;
    entries.add(name, { id: wide ? area.u64(at) : area.u32(at), kind });
    at += numberSize;
  }
}

function addBlockEntries(block: Structure, kinds: boolean, entries: EntryListBuilder): void {
  const form = dataBlocks[block.u32(0)];
  if (!form) throw new ImageError('corrupt', 'a block of a directory is none');
  const end = form.index ? block.size - 8 - 8 * block.u32(block.size - 8) : block.size;
  for (let at = form.head; at < end; ) {
    if (block.u16(at) === freeTag) {
      const length = block.u16(at + 2);
      if (length === 0 || length % 8 !== 0) throw new ImageError('corrupt', `a directory has ${length} free bytes`);
      at += length;
      continue;
    }
    const length = block.u8(at + 8);
    const name = block.bytes(at + 9, length);
    const kind = kinds ? kindOfEntry(block.u8(at + 9 + length)) : undefined;
    if (!isDots(name)) entries.add(name, { id: block.u64(at), kind });
    at += (9 + length + (kinds ? 1 : 0) + 2 + 7) & ~7; // with its own place at the end
  }
}
