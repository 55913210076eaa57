import { type ByteSource, readInto, zeros } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { type FileNode, maxRead } from '../image-tree.ts';
import { withScratch } from '../scratch.ts';
import { createUnpackedCache } from '../unpacked-cache.ts';
import type { ChunkMap } from './chunks.ts';
import { type Extent, itemTypes, parseExtent } from './items.ts';
import type { TreeRoot } from './superblock.ts';
import type { Trees } from './tree.ts';
import type { Unpack } from './unpack.ts';

/** Bytes of unpacked data that are kept. */
const cacheSize = 8 << 20;
/** What a compressed stretch has unpacked, and packed, at most. (Linux: fs/btrfs/compression.h, BTRFS_MAX_UNCOMPRESSED) */
const maxUnpacked = 128 << 10;
const maxPacked = 2 * maxUnpacked;

/** Gives the `read` of a file or link (see FileNode): the inode of a tree that has so many bytes. */
export type OpenContent = (tree: TreeRoot, inode: number, size: number) => FileNode['read'];

/** Makes the reader of file contents. */
export function contentReader(source: ByteSource, chunks: ChunkMap, trees: Trees, unpack: Unpack): OpenContent {
  const cache = createUnpackedCache(cacheSize);

  /** Copies `length` bytes from a logical address on, chunk by chunk. */
  const copyStored = async (out: Uint8Array, to: number, logical: number, length: number): Promise<void> => {
    for (let done = 0; done < length; ) {
      const place = chunks.find(logical + done);
      const here = Math.min(place.length, length - done);
      await readInto(source, place.start, out.subarray(to + done, to + done + here));
      done += here;
    }
  };

  /** Hands what a compressed extent holds to `use`. */
  const useUnpacked = async (extent: Extent & { kind: 'inline' | 'stored' }, use: (bytes: Uint8Array) => void): Promise<void> => {
    const { compression, ramBytes } = extent;
    if (ramBytes > maxUnpacked) throw new ImageError('corrupt', `a compressed part of a file has ${ramBytes} bytes`);
    if (extent.kind === 'inline') return use(await unpack(compression, extent.bytes, ramBytes));
    const { start, stored } = extent;
    if (stored > maxPacked) throw new ImageError('corrupt', `a compressed part of a file has ${stored} bytes packed`);
    // everything that matters is part of the key: nothing keeps a bad image from naming the same place with another size
    const make = (room: Uint8Array) =>
      withScratch(stored, async packed => {
        await copyStored(packed, 0, start, stored);
        return unpack(compression, packed, ramBytes, room);
      });
    return cache.use(`${start} ${stored} ${ramBytes} ${compression}`, ramBytes, make, use);
  };

  /** Copies the part of a file's stretch that lies between `from` and `end` of the file. `out` begins at `from` and is zeros. */
  const copyExtent = async (out: Uint8Array, extent: Extent, base: number, from: number, end: number): Promise<void> => {
    if (extent.kind === 'zeros') return;
    const inside = from - extent.offset;
    if (extent.kind === 'stored' && extent.compression === 0)
      return copyStored(out, from - base, extent.start + extent.inside + inside, end - from);
    const skipped = inside + (extent.kind === 'stored' ? extent.inside : 0);
    const copy = (bytes: Uint8Array) => out.set(bytes.subarray(skipped, skipped + end - from), from - base);
    if (extent.compression === 0 && extent.kind === 'inline') copy(extent.bytes);
    else await useUnpacked(extent, copy);
  };

  return (tree, inode, size) => async (offset, length, into) => {
    const end = Math.min(size, offset + Math.min(length, maxRead));
    if (offset >= end) return new Uint8Array();
    const out = zeros(end - offset, into);
    let covered = 0;
    for await (const item of trees.from(tree, { object: inode, type: itemTypes.extentData, offset })) {
      if (item.object > inode || (item.object === inode && item.type > itemTypes.extentData)) break;
      if (item.object !== inode || item.type !== itemTypes.extentData) continue;
      if (item.offset >= end) break;
      if (item.offset < covered) throw new ImageError('corrupt', `two parts of a file overlap at ${item.offset}`);
      const extent = parseExtent(item);
      covered = item.offset + (extent.kind === 'inline' ? inlineLength(extent) : extent.length);
      const [from, until] = [Math.max(offset, item.offset), Math.min(end, covered)];
      if (from < until) await copyExtent(out, extent, offset, from, until);
    }
    return out;
  };
}

/** An inline part may be shorter than the file once was: what is missing is zeros. */
const inlineLength = (extent: Extent & { kind: 'inline' }): number => (extent.compression === 0 ? extent.bytes.length : extent.ramBytes);
