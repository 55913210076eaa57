import { ImageError } from '../image-error.ts';
import type { Structure } from '../structure.ts';
import type { BtrfsSuperblock } from './superblock.ts';

/** A stretch of logical addresses and where it lies on the device. */
interface Chunk {
  readonly logical: number;
  readonly length: number;
  readonly physical: number;
}

/** Where logical addresses lie in the image. */
export interface ChunkMap {
  /** Adds a chunk as it is stored. Throws `unsupported` for one that is spread over devices, `corrupt`. */
  add(logical: number, stored: Structure): void;
  /** The offset in the image of a logical address, and how many bytes follow there. Throws `corrupt` where there is no chunk. */
  find(logical: number): { readonly start: number; readonly length: number };
}

const headSize = 48;
const stripeSize = 32;
const maxChunks = 65_536;
const keySize = 17;

/** How data is spread, for profiles that need all stripes to be read. (Linux: include/uapi/linux/btrfs_tree.h) */
const spread: readonly (readonly [number, string])[] = [
  [0x8, 'RAID0'],
  [0x40, 'RAID10'],
  [0x80, 'RAID5'],
  [0x100, 'RAID6'],
];

/** Makes the map, with the chunks that the superblock lists. */
export function createChunkMap(superblock: BtrfsSuperblock): ChunkMap {
  const chunks: Chunk[] = [];
  let sorted = true;
  const map: ChunkMap = {
    add(logical, stored) {
      if (chunks.length >= maxChunks) throw new ImageError('unsupported', `it has more than ${maxChunks} chunks`);
      chunks.push(parseChunk(logical, stored, superblock));
      sorted = false;
    },
    find(logical) {
      if (!sorted) chunks.sort((a, b) => a.logical - b.logical);
      sorted = true;
      const chunk = chunks[lastNotAfter(chunks, logical)];
      const inside = chunk ? logical - chunk.logical : 0;
      if (!chunk || inside >= chunk.length) throw new ImageError('corrupt', `it refers to the address ${logical}, which is in no chunk`);
      return { start: chunk.physical + inside, length: chunk.length - inside };
    },
  };
  const list = superblock.systemChunks;
  for (let at = 0; at < list.size; ) {
    const length = headSize + stripeSize * list.u16(at + keySize + 44);
    map.add(list.u64(at + 9), list.part(at + keySize, length));
    at += keySize + length;
  }
  return map;
}

function parseChunk(logical: number, stored: Structure, { device, size }: BtrfsSuperblock): Chunk {
  const [length, type, stripes] = [stored.u64(0), Number(stored.big(24) & 0xffffn), stored.u16(44)];
  const profile = spread.find(([bit]) => type & bit);
  // a single stripe is as good as none
  if (profile && stripes !== 1)
    throw new ImageError('unsupported', `its data is spread over devices (${profile[1]}), which cannot be read`);
  for (let i = 0; i < stripes; i++) {
    const at = headSize + stripeSize * i;
    if (stored.u64(at) !== device) continue;
    const physical = stored.u64(at + 8);
    if (length === 0 || physical + length > size)
      throw new ImageError('corrupt', `a chunk of ${length} bytes lies outside the image, at ${physical}`);
    return { logical, length, physical };
  }
  throw new ImageError('unsupported', 'a part of it lies on another device');
}

/** The index of the last chunk that does not begin after the address, -1 for none. */
function lastNotAfter(chunks: readonly Chunk[], logical: number): number {
  let low = -1;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.logical ?? 0) <= logical) low = middle;
    else high = middle - 1;
  }
  return low;
}
