import { ImageError } from './image-error.ts';

/** Compressions that images use. */
export type Compression = 'gzip' | 'lzma' | 'lzo' | 'xz' | 'lz4' | 'zstd';

/** Unpacks one block into at most `limit` bytes. Throws anything where the block is bad or holds more. */
export type Decompress = (packed: Uint8Array, limit: number) => Uint8Array | Promise<Uint8Array>;

/** The decompressors at hand: which ones depends on the program that reads. */
export type Decompressors = Readonly<Partial<Record<Compression, Decompress>>>;

const why: Readonly<Partial<Record<Compression, string>>> = { zstd: ' (it needs Node 22.15 or later, which VS Code 1.101 and later have)' };

/** The decompressor for a compression, with its failures and oversized results turned into `corrupt`. Throws `unsupported` where there is none. */
export function chooseDecompressor(
  decompressors: Decompressors,
  compression: Compression,
): (packed: Uint8Array, limit: number) => Promise<Uint8Array> {
  const decompress = decompressors[compression];
  if (!decompress)
    throw new ImageError('unsupported', `it is compressed with ${compression}, which cannot be read here${why[compression] ?? ''}`);
  return async (packed, limit) => {
    let bytes: Uint8Array;
    try {
      bytes = await decompress(packed, limit);
    } catch (cause) {
      throw new ImageError('corrupt', `a block compressed with ${compression} cannot be unpacked`, { cause });
    }
    if (bytes.length > limit)
      throw new ImageError('corrupt', `a block unpacks to ${bytes.length} bytes where at most ${limit} were expected`);
    return bytes;
  };
}
