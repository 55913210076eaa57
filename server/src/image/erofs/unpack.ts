import { type Compression, chooseDecompressor, type Decompressors } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { withScratch } from '../scratch.ts';
import { createUnpackedCache } from '../unpacked-cache.ts';
import { type Algorithm, algorithms, maxPackedCluster, type Superblock } from './superblock.ts';
import { type Cluster, outside } from './volume.ts';

/** Bytes of unpacked clusters that are kept. */
const cacheSize = 8 << 20;

const compressions: Readonly<Record<Algorithm, Compression>> = { lz4: 'lz4', lzma: 'microlzma', deflate: 'deflate', zstd: 'zstd' };

/** Unpacks an image's compressed clusters. All throws `corrupt` or `unsupported`. */
export interface UnpackClusters {
  /**
   * Fills `out` with the bytes from `from` on of a cluster that unpacks to `length`, or more where it is partial. What it unpacks to is kept for
   * a while.
   */
  readonly copy: (cluster: Cluster, length: number, from: number, out: Uint8Array) => Promise<void>;
  /** Whether a cluster can be: where it lies and how it is compressed. */
  readonly check: (cluster: Cluster) => void;
  /** Fills `out` with the first bytes of what the bytes of a checked cluster unpack to, likewise. */
  readonly into: (cluster: Cluster, raw: Uint8Array, out: Uint8Array) => Promise<void>;
}

/** Makes the reader of an image's compressed clusters. (Linux: fs/erofs/decompressor.c) */
export function clusterUnpacker(superblock: Superblock, decompressors: Decompressors): UnpackClusters {
  const cache = createUnpackedCache(cacheSize);

  const algorithmOf = ({ algorithm: number }: Cluster): Algorithm => {
    const algorithm = algorithms[number];
    if (!algorithm) throw new ImageError('unsupported', `a file is compressed with the unknown algorithm ${number}`);
    if (!superblock.algorithms.has(algorithm))
      throw new ImageError('corrupt', `a file is compressed with ${algorithm}, which the superblock does not list`);
    return algorithm;
  };

  const check = (cluster: Cluster): void => {
    algorithmOf(cluster);
    const { source, at, length } = cluster;
    if (length > maxPackedCluster) throw new ImageError('corrupt', `a compressed cluster has ${length} bytes`);
    if (at + length > source.size) throw outside(superblock, at + length);
  };

  const unpack = async (cluster: Cluster, raw: Uint8Array, length: number, into?: Uint8Array): Promise<Uint8Array> => {
    const algorithm = algorithmOf(cluster);
    const legacy = algorithm === 'lz4' && !superblock.zeroPadded;
    let start = 0;
    while (!legacy && raw[start] === 0) start++;
    if (start === raw.length) throw new ImageError('corrupt', 'a compressed cluster is empty');
    const decompress = chooseDecompressor(decompressors, compressions[algorithm]);
    const bytes = await decompress(raw.subarray(start), length, cluster.partial || legacy ? 'cut' : 'refuse', into);
    if (bytes.length < length) throw new ImageError('corrupt', `a compressed cluster holds ${bytes.length} bytes instead of ${length}`);
    return bytes;
  };

  return {
    check,
    async into(cluster, raw, out) {
      const bytes = await unpack(cluster, raw, out.length, out);
      if (bytes.buffer !== out.buffer) out.set(bytes);
    },
    copy(cluster, length, from, out) {
      const { source, at, algorithm, partial } = cluster;
      // all of it is the key: nothing keeps a bad image from naming the same place in another way
      const key = `${source.size} ${at} ${cluster.length} ${algorithm} ${partial} ${length}`;
      const make = async (room: Uint8Array) => {
        check(cluster);
        return withScratch(cluster.length, async scratch => unpack(cluster, await source.read(at, cluster.length, scratch), length, room));
      };
      return cache.use(key, length, make, bytes => out.set(bytes.subarray(from, from + out.length)), from + out.length === length);
    },
  };
}
