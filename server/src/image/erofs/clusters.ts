/**
 * The index of a compressed file: one entry for each logical cluster, a block's worth of content, saying where in it a compressed cluster
 * begins, or that none does. Two forms: 8 bytes an entry, or packs of 2 or 16 entries that share a block number. (Linux: fs/erofs/zmap.c)
 */
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import { roundUp } from './volume.ts';

/** What kinds of logical clusters there are. */
export const clusterType = { plain: 0, head1: 1, none: 2, head2: 3 } as const;
const typeBits = 3;
/** In the first entry without a beginning after one with: the blocks of the compressed cluster. */
const countBit = 0x800;
const partialBit = 0x8000;

/** Some entries, decoded. */
export interface ClusterWindow {
  /** The number of the first one. */
  readonly first: number;
  readonly types: Uint8Array;
  /** Where the cluster begins that begins here. */
  readonly offsets: Uint16Array;
  /** Where it begins: the number of its first block. Where none begins: how many blocks the one before has, 0 if that is not said here. */
  readonly values: Uint32Array;
  /** Whether it unpacks to more than belongs here. */
  readonly partial: Uint8Array;
}

export interface ClusterIndex {
  /** The entries around one. */
  window(number: number): Promise<ClusterWindow>;
  /** Where what follows the entry, or the pack that it is in, begins in the metadata. */
  endOf(number: number): number;
}

/** Entries in a window; a multiple of those in a pack. */
const windowSize = 512;

function emptyWindow(first: number, length: number): ClusterWindow {
  return {
    first,
    types: new Uint8Array(length),
    offsets: new Uint16Array(length),
    values: new Uint32Array(length),
    partial: new Uint8Array(length),
  };
}

/** An index of 8 bytes an entry, from `start` on. */
export function fullIndex(metadata: ByteSource, start: number, count: number): ClusterIndex {
  return {
    async window(number) {
      const first = number - (number % windowSize);
      const window = emptyWindow(first, Math.min(windowSize, count - first));
      const { types, offsets, values, partial } = window;
      const entries = new Structure(await metadata.read(start + 8 * first, 8 * types.length), 'little-endian');
      for (let i = 0; i < types.length; i++) {
        const advice = entries.u16(8 * i);
        const type = advice & typeBits;
        types[i] = type;
        if (type === clusterType.none) {
          const distance = entries.u16(8 * i + 4);
          values[i] = distance & countBit ? distance & ~countBit : 0;
        } else {
          offsets[i] = entries.u16(8 * i + 2);
          values[i] = entries.u32(8 * i + 4);
          partial[i] = advice & partialBit ? 1 : 0;
        }
      }
      return window;
    },
    endOf: number => start + 8 * (number + 1),
  };
}

/** A run of packs: so many entries from one on, so many and so many bytes a pack. */
interface Section {
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly perPack: number;
  readonly packSize: number;
}

/** How a file's entries are packed. */
export interface PackSettings {
  readonly clusterBits: number;
  /** Whether compressed clusters may have several blocks. */
  readonly big: boolean;
  /** Whether most entries are in packs of 16. */
  readonly dense: boolean;
}

/** An index in packs, from `start` on. Throws `unsupported` where the entries cannot hold an offset in such large logical clusters. */
export function compactIndex(metadata: ByteSource, start: number, count: number, settings: PackSettings): ClusterIndex {
  const { clusterBits, dense } = settings;
  if (clusterBits > (dense ? 12 : 14))
    throw new ImageError('unsupported', `a compressed file has a compact index for logical clusters of 2^${clusterBits} bytes`);
  // packs of 16 begin at multiples of their 32 bytes, and only whole ones are used; packs of 2 before and after
  const before = dense ? Math.min((roundUp(start, 32) - start) / 4, count) : count;
  const packed = dense ? count - before - ((count - before) % 16) : 0;
  const sections: readonly Section[] = [
    { first: 0, count: before, start, perPack: 2, packSize: 8 },
    { first: before, count: packed, start: start + 4 * before, perPack: 16, packSize: 32 },
    { first: before + packed, count: count - before - packed, start: start + 4 * before + 2 * packed, perPack: 2, packSize: 8 },
  ];
  const sectionOf = (number: number): Section => {
    const section = sections.find(({ first, count: within }) => number >= first && number < first + within);
    if (!section) throw new ImageError('corrupt', `the index of a compressed file has no entry ${number}`);
    return section;
  };
  return {
    async window(number) {
      const section = sectionOf(number);
      const skipped = number - section.first - ((number - section.first) % windowSize);
      const length = Math.min(windowSize, section.count - skipped);
      const packs = Math.ceil(length / section.perPack);
      const at = section.start + (skipped / section.perPack) * section.packSize;
      const bytes = await metadata.read(at, packs * section.packSize);
      const window = emptyWindow(section.first + skipped, packs * section.perPack);
      for (let pack = 0; pack < packs; pack++) readPack(bytes, pack, section, settings, window);
      return window;
    },
    endOf(number) {
      const { first, start: begin, perPack, packSize } = sectionOf(number);
      return begin + (Math.floor((number - first) / perPack) + 1) * packSize;
    },
  };
}

/** Decodes a pack: entries of equal width in bits, then the number of the block before the first one that is counted in it. */
function readPack(bytes: Uint8Array, pack: number, section: Section, { clusterBits, big }: PackSettings, window: ClusterWindow): void {
  const { types, offsets, values } = window;
  const { perPack, packSize } = section;
  const view = new DataView(bytes.buffer, bytes.byteOffset + pack * packSize, packSize);
  const lowBits = Math.max(clusterBits, 12);
  const lowMask = 2 ** lowBits - 1;
  const width = ((packSize - 4) * 8) / perPack;
  const base = view.getUint32(packSize - 4, true);
  let blocks = 0;
  for (let i = 0; i < perPack; i++) {
    const bit = i * width;
    const entry = view.getUint32(bit >> 3, true) >>> (bit & 7);
    const low = entry & lowMask;
    const type = (entry >>> lowBits) & typeBits;
    const to = pack * perPack + i;
    types[to] = type;
    if (type === clusterType.none) {
      const counted = big && low & countBit ? low & ~countBit : 0;
      values[to] = counted;
      blocks += counted;
      continue;
    }
    offsets[to] = low;
    if (!big) blocks++;
    values[to] = base + blocks;
    if (big && !isCounted(view, i + 1, perPack, width, lowBits)) blocks++;
  }
}

/** Whether an entry says how many blocks the cluster before it has; one behind the pack will be counted in the next. */
function isCounted(view: DataView, i: number, perPack: number, width: number, lowBits: number): boolean {
  if (i >= perPack) return true;
  const entry = view.getUint32((i * width) >> 3, true) >>> ((i * width) & 7);
  return ((entry >>> lowBits) & typeBits) === clusterType.none && (entry & countBit) !== 0;
}
