import type { EntryListBuilder } from '../entry-list.ts';
import { isDots } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { kindOfEntry } from '../inode-tree.ts';
import type { Structure } from '../structure.ts';

const headSize = 8;

/**
 * Adds the entries of a directory's block, or of the part of a directory that is in its inode, to those known. Index blocks and checksums
 * are dressed as entries without an inode. Throws `corrupt`. (Linux: fs/ext4/ext4.h, struct ext4_dir_entry_2)
 */
export function addEntries(block: Structure, kinds: boolean, entries: EntryListBuilder): void {
  for (let at = 0; at < block.size; ) {
    const stored = block.u16(at + 4);
    // 64 KiB do not fit, smaller blocks never say 0
    const length = block.size === 0x1_0000 && (stored === 0 || stored === 0xffff) ? block.size : stored & ~3;
    const nameLength = block.u8(at + 6);
    if (length < headSize || at + length > block.size) throw new ImageError('corrupt', `a directory entry is ${length} bytes long`);
    const inode = block.u32(at);
    if (inode !== 0) {
      if (headSize + nameLength > length)
        throw new ImageError('corrupt', `a directory entry of ${length} bytes has a name of ${nameLength}`);
      const name = block.bytes(at + headSize, nameLength);
      if (!isDots(name)) entries.add(name, { id: inode, kind: kinds ? kindOfEntry(block.u8(at + 7)) : undefined });
    }
    at += length;
  }
}
