import { createBlockCache } from '../block-cache.ts';
import { type Compression, chooseDecompressor, type Decompressors } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { type Algorithm, algorithms, maxPackedCluster, type Superblock } from './superblock.ts';
import { type Cluster, outside } from './volume.ts';

/** Bytes of unpacked clusters that are kept. */
const cacheSize = 8 << 20;

const compressions: Readonly<Record<Algorithm, Compression>> = { lz4: 'lz4', lzma: 'microlzma', deflate: 'deflate', zstd: 'zstd' };

/** The first `length` bytes of what a cluster unpacks to: all of it unless it is partial. Throws `corrupt` or `unsupported`. */
export type UnpackCluster = (cluster: Cluster, length: number) => Promise<Uint8Array>;

/** Makes the reader of an image's compressed clusters. (Linux: fs/erofs/decompressor.c) */
export function clusterUnpacker(superblock: Superblock, decompressors: Decompressors): UnpackCluster {
  const cache = createBlockCache<Uint8Array>(cacheSize, bytes => bytes.length);

  const unpack = async (cluster: Cluster, length: number): Promise<Uint8Array> => {
    const { source, at, algorithm: number, partial } = cluster;
    const algorithm = algorithms[number];
    if (!algorithm) throw new ImageError('unsupported', `a file is compressed with the unknown algorithm ${number}`);
    if (!superblock.algorithms.has(algorithm))
      throw new ImageError('corrupt', `a file is compressed with ${algorithm}, which the superblock does not list`);
    if (cluster.length > maxPackedCluster) throw new ImageError('corrupt', `a compressed cluster has ${cluster.length} bytes`);
    if (at + cluster.length > source.size) throw outside(superblock, at + cluster.length);
    const raw = await source.read(at, cluster.length);
    const legacy = algorithm === 'lz4' && !superblock.zeroPadded;
    const start = legacy ? 0 : raw.findIndex(byte => byte !== 0);
    if (start < 0) throw new ImageError('corrupt', 'a compressed cluster is empty');
    const decompress = chooseDecompressor(decompressors, compressions[algorithm]);
    const bytes = await decompress(raw.subarray(start), length, partial || legacy ? 'cut' : 'refuse');
    if (bytes.length < length) throw new ImageError('corrupt', `a compressed cluster holds ${bytes.length} bytes instead of ${length}`);
    return bytes;
  };

  return (cluster, length) => {
    const { source, at, algorithm, partial } = cluster;
    // all of it is the key: nothing keeps a bad image from naming the same place in another way
    const key = `${source.size} ${at} ${cluster.length} ${algorithm} ${partial} ${length}`;
    return cache.get(key, () => unpack(cluster, length));
  };
}
