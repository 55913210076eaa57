/** Where the compressed clusters of a file are, from its index or its records of extents. (Linux: fs/erofs/zmap.c) */
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import { type ClusterIndex, type ClusterWindow, clusterType, compactIndex, fullIndex } from './clusters.ts';
import type { Inode } from './inode.ts';
import { mapRecords } from './records.ts';
import { storedExtent } from './stored-extent.ts';
import { type Extent, type ExtentMap, maxUnpackedCluster, roundUp, type Volume } from './volume.ts';

/** What a file's index may be like. The first one has another meaning in each kind of index. */
const advice = { dense: 0x1, records: 0x1, big1: 0x2, big2: 0x4, inlineTail: 0x8, interlaced: 0x10, fragment: 0x20 };
const headerSize = 8;
/** What lies between the header and the entries of a full index. */
const fullIndexGap = 8;
/** Set in the header's last byte where the whole file is a fragment. */
const allFragmentBit = 0x80;

/** The map of a compressed file. Throws `corrupt` or `unsupported`. */
export async function mapCompressed(volume: Volume, inode: Inode): Promise<ExtentMap> {
  const metadata = await volume.metadataOf(inode);
  const at = roundUp(inode.body, headerSize);
  const header = new Structure(await metadata.read(at, headerSize), 'little-endian');
  const { size } = inode;
  if (header.u8(7) & allFragmentBit) {
    const fragment = Number(header.big(0) & ~(1n << 63n));
    return async () => ({ kind: 'fragment', start: 0, length: size, at: fragment });
  }
  const flags = header.u16(4);
  const { blockSize } = volume.superblock;
  const clusterSize = blockSize * 2 ** (header.u8(7) & 0xf);
  const isFull = inode.layout === 'full index';
  const interlaced = (flags & advice.interlaced) !== 0;
  if (isFull && flags & advice.records) {
    const records = { count: header.u32(0) + header.u16(6) * 2 ** 32, recordSize: 4 << ((flags >> 1) & 3), start: at + headerSize };
    return mapRecords(volume, { metadata, size, clusterSize, interlaced, endsInFragment: (flags & advice.fragment) !== 0, ...records });
  }
  const big = { head1: (flags & advice.big1) !== 0, head2: (flags & advice.big2) !== 0 };
  if (!isFull && big.head1 !== big.head2) throw new ImageError('corrupt', 'a compressed file has large clusters of one kind only');
  const index = isFull
    ? fullIndex(metadata, at + headerSize + fullIndexGap, Math.ceil(size / clusterSize))
    : compactIndex(metadata, at + headerSize, Math.ceil(size / blockSize), {
        clusterBits: Math.log2(clusterSize),
        big: big.head1,
        dense: (flags & advice.dense) !== 0,
      });
  const inFragment = (flags & advice.fragment) !== 0;
  return mapClusters(volume, {
    metadata,
    index,
    size,
    clusterSize,
    interlaced,
    big,
    algorithms: [header.u8(6) & 0xf, header.u8(6) >> 4],
    fragment: inFragment ? { low: header.u32(0), wide: isFull } : undefined,
    inlineTail: !inFragment && flags & advice.inlineTail ? header.u16(2) : 0,
  });
}

interface ClusterFile {
  readonly metadata: ByteSource;
  readonly index: ClusterIndex;
  readonly size: number;
  /** Bytes of a logical cluster. */
  readonly clusterSize: number;
  /** Whether what is stored as it is lies in its block where it would lie in the file. */
  readonly interlaced: boolean;
  readonly big: { readonly head1: boolean; readonly head2: boolean };
  readonly algorithms: readonly [number, number];
  /** The lower half of where the last extent is in the file of ends; with a full index, its upper half is where a block's number would be. */
  readonly fragment: { readonly low: number; readonly wide: boolean } | undefined;
  /** Bytes of the last compressed cluster, where it lies behind the index. */
  readonly inlineTail: number;
}

/** Where a compressed cluster's content begins. */
interface Head {
  /** The entry that says so. */
  readonly number: number;
  readonly start: number;
  readonly type: number;
  readonly block: number;
  readonly partial: boolean;
}

/** A file's entries, the last window of them at hand. */
function entryReader(index: ClusterIndex): (number: number) => Promise<{ window: ClusterWindow; i: number }> {
  let last: ClusterWindow | undefined;
  return async number => {
    if (!last || number < last.first || number >= last.first + last.types.length) last = await index.window(number);
    return { window: last, i: number - last.first };
  };
}

function mapClusters(volume: Volume, file: ClusterFile): ExtentMap {
  const { size, clusterSize } = file;
  const entry = entryReader(file.index);
  const mostClusters = Math.ceil(maxUnpackedCluster / clusterSize) + 1;
  const tooLong = () => new ImageError('corrupt', `a compressed cluster should hold more than ${maxUnpackedCluster} bytes`);

  /** The cluster that holds the content at an offset. */
  const headOf = async (offset: number): Promise<Head> => {
    const number = Math.floor(offset / clusterSize);
    for (let at = number; at >= 0; at--) {
      if (number - at > mostClusters) throw tooLong();
      let { window, i } = await entry(at);
      while (i > 0 && window.types[i] === clusterType.none) [i, at] = [i - 1, at - 1];
      const start = at * clusterSize + (window.offsets[i] ?? 0);
      if (window.types[i] === clusterType.none || start > offset) continue;
      if ((window.offsets[i] ?? 0) >= clusterSize) throw new ImageError('corrupt', 'a compressed cluster begins behind its logical one');
      const [type = 0, block = 0] = [window.types[i], window.values[i]];
      return { number: at, start, type, block, partial: window.partial[i] === 1 };
    }
    throw new ImageError('corrupt', `a compressed file has nothing at its byte ${offset}`);
  };

  /** Where the content of the cluster ends. */
  const endOf = async (head: Head): Promise<number> => {
    for (let at = head.number + 1; at * clusterSize < size; at++) {
      if (at - head.number > mostClusters) throw tooLong();
      const { window, i } = await entry(at);
      if (window.types[i] !== clusterType.none) return Math.min(at * clusterSize + (window.offsets[i] ?? 0), size);
    }
    return size;
  };

  const blocksOf = async ({ number, type }: Head): Promise<number> => {
    const big = type === clusterType.head1 ? file.big.head1 : file.big.head2;
    if (!big || (number + 1) * clusterSize >= size) return 1;
    const { window, i } = await entry(number + 1);
    return (window.types[i] === clusterType.none && window.values[i]) || 1;
  };

  let tail: Promise<Head> | undefined;
  const tailHead = () => (tail ??= headOf(size - 1));

  return async (offset): Promise<Extent> => {
    const head = await headOf(offset);
    const special = file.fragment !== undefined || file.inlineTail > 0;
    const isTail = special && (await tailHead()).number === head.number;
    if (file.fragment && isTail) {
      const at = file.fragment.low + (file.fragment.wide ? head.block * 2 ** 32 : 0);
      const start = head.number === 0 ? 0 : head.start;
      return { kind: 'fragment', start, length: size - start, at };
    }
    const { superblock, image } = volume;
    const inline = file.inlineTail > 0 && isTail;
    const source = inline ? file.metadata : image;
    const at = inline ? file.index.endOf(Math.floor((size - 1) / clusterSize)) : head.block * superblock.blockSize;
    const packedLength = inline ? file.inlineTail : (await blocksOf(head)) * superblock.blockSize;
    const length = (await endOf(head)) - head.start;
    if (length > maxUnpackedCluster) throw tooLong();
    if (inline && (at % superblock.blockSize) + packedLength > superblock.blockSize)
      throw new ImageError('corrupt', 'the end of a file lies over the end of a block');
    const cluster = { source, at, length: packedLength };
    if (head.type === clusterType.plain) {
      const interlaced = file.interlaced ? superblock.blockSize : undefined;
      return storedExtent(cluster, { start: head.start, length, offset, interlaced });
    }
    const algorithm = file.algorithms[head.type === clusterType.head1 ? 0 : 1];
    return { kind: 'packed', start: head.start, length, cluster: { ...cluster, algorithm, partial: head.partial } };
  };
}
