import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import { storedExtent } from './stored-extent.ts';
import { type Extent, type ExtentMap, maxUnpackedCluster, roundUp, type Volume } from './volume.ts';

/** The records of a compressed file's extents. */
export interface RecordFile {
  readonly metadata: ByteSource;
  /** Where they begin, or less to the next multiple of their size. */
  readonly start: number;
  readonly recordSize: number;
  /** How many there are, where they say where their extents begin. */
  readonly count: number;
  readonly size: number;
  /** How much content each has where they do not. */
  readonly clusterSize: number;
  readonly interlaced: boolean;
  readonly endsInFragment: boolean;
}

/** A record: a length and format, where the data is, and the content from `first` up to `end` that it is about. */
interface Record {
  readonly packed: number;
  readonly at: number;
  readonly first: number;
  readonly end: number;
}

const lengthMask = 0x1f_ffff;
const partialBit = 0x800_0000;
const formatShift = 28;
/** The most records that are read to find where the data of one is. */
const maxRecords = 1 << 20;

/**
 * The map of a compressed file with records of extents, of 4, 8, 16 or 32 bytes: length; offset; its upper half and the extent's begin; the
 * upper half of that. (Linux: z_erofs_map_blocks_ext in fs/erofs/zmap.c)
 */
export function mapRecords(volume: Volume, file: RecordFile): ExtentMap {
  const { size, recordSize } = file;
  const find = recordSize >= 16 ? searched(file) : recordSize === 8 ? counted(file) : summed(file);
  return async (offset): Promise<Extent> => {
    const { packed, at, first: start, end } = await find(offset);
    const length = end - start;
    if (file.endsInFragment && end === size)
      return { kind: 'fragment', start, length, at: packed + (recordSize > 4 ? (at % 2 ** 32) * 2 ** 32 : 0) };
    const packedLength = packed & lengthMask;
    if (packedLength === 0) return { kind: 'hole', start, length };
    if (length > maxUnpackedCluster)
      throw new ImageError('corrupt', `a compressed cluster should hold more than ${maxUnpackedCluster} bytes`);
    const { superblock, image } = volume;
    const cluster = { source: image, at, length: packedLength };
    const format = packed >>> formatShift;
    if (format > 0)
      return { kind: 'packed', start, length, cluster: { ...cluster, algorithm: format - 1, partial: (packed & partialBit) !== 0 } };
    const interlaced = file.interlaced && at % superblock.blockSize === 0 ? superblock.blockSize : undefined;
    return storedExtent(cluster, { start, length, offset, interlaced });
  };
}

type Find = (offset: number) => Promise<Record>;

/** Records in the order of their extents' begins. */
function searched({ metadata, start, recordSize, count, size }: RecordFile): Find {
  const table = roundUp(start, recordSize);
  if (count > (metadata.size - table) / recordSize) throw new ImageError('corrupt', `a compressed file has ${count} extents`);
  return async offset => {
    let found: { packed: number; at: number; first: number } | undefined;
    let end = size;
    for (let low = 0, high = count; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      const record = new Structure(await metadata.read(table + middle * recordSize, recordSize), 'little-endian');
      const first = record.u32(12) + (recordSize > 16 ? record.u32(16) * 2 ** 32 : 0);
      if (first > offset) {
        end = Math.min(end, first);
        high = middle;
      } else {
        low = middle + 1;
        found = { packed: record.u32(0), at: record.u32(4) + record.u32(8) * 2 ** 32, first };
      }
    }
    if (!found) throw new ImageError('corrupt', `a compressed file has nothing at its byte ${offset}`);
    return { ...found, end };
  };
}

/** A record for each equal stretch of content. */
function counted({ metadata, start, recordSize, clusterSize, size }: RecordFile): Find {
  const table = roundUp(start, recordSize);
  return async offset => {
    const number = Math.floor(offset / clusterSize);
    const record = new Structure(await metadata.read(table + number * recordSize, recordSize), 'little-endian');
    const first = number * clusterSize;
    return { packed: record.u32(0), at: record.u32(4), first, end: Math.min(first + clusterSize, size) };
  };
}

/** The same, each one's data following the one's before it. */
function summed({ metadata, start, recordSize, clusterSize, size }: RecordFile): Find {
  const table = roundUp(start, recordSize);
  const count = Math.ceil(size / clusterSize);
  if (count > maxRecords) throw new ImageError('unsupported', `a compressed file of ${size} bytes in ${count} extents is too large`);
  let places: Promise<{ lengths: Structure; starts: Float64Array }> | undefined;
  const read = async () => {
    const records = new Structure(await metadata.read(table, 8 + recordSize * count), 'little-endian');
    const lengths = records.part(8, recordSize * count);
    const starts = new Float64Array(count);
    let at = records.u64(0);
    for (let i = 0; i < count; i++) {
      starts[i] = at;
      at += lengths.u32(recordSize * i) & lengthMask;
    }
    return { lengths, starts };
  };
  return async offset => {
    places ??= read();
    const { lengths, starts } = await places;
    const number = Math.floor(offset / clusterSize);
    const first = number * clusterSize;
    return { packed: lengths.u32(recordSize * number), at: starts[number] ?? 0, first, end: Math.min(first + clusterSize, size) };
  };
}
