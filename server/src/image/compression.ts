import { ImageError } from './image-error.ts';

/**
 * Compressions that images use: `gzip` (as squashfs calls it) and `zlib` are zlib streams, `deflate` is what is in one; `lzo` is an LZO1X block,
 * `lz4` an LZ4 block; `lzma` has the classic header, `microlzma` is that of erofs; `xz` and `zstd` are whole streams.
 */
export type Compression = 'gzip' | 'zlib' | 'deflate' | 'lzma' | 'microlzma' | 'lzo' | 'xz' | 'lz4' | 'zstd';

/** What to do where a block holds more than the limit: it is an error, or the rest is left out. */
export type Beyond = 'refuse' | 'cut';

/**
 * Unpacks one block into at most `limit` bytes. Throws anything where the block is bad or, unless it is to be cut, holds more. `lzma`, `lzo` and
 * `xz` are never cut; `microlzma` does not say where it ends, so there `limit` is the size that is expected.
 * `into` has room for `limit` bytes, in which the result may be made, with anything behind it: whether it was tells its buffer.
 */
export type Decompress = (packed: Uint8Array, limit: number, beyond?: Beyond, into?: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** The decompressors at hand: which ones depends on the program that reads. */
export type Decompressors = Readonly<Partial<Record<Compression, Decompress>>>;

/** A decompressor as image readers use it: throws `corrupt` and nothing else. */
export type Unpack = (packed: Uint8Array, limit: number, beyond?: Beyond, into?: Uint8Array) => Promise<Uint8Array>;

/** The decompressor for a compression, with its failures and oversized results turned into `corrupt`. Throws `unsupported` where there is none. */
export function chooseDecompressor(decompressors: Decompressors, compression: Compression): Unpack {
  const decompress = decompressors[compression];
  if (!decompress) throw new ImageError('unsupported', `it is compressed with ${compression}, which cannot be read here`);
  return async (packed, limit, beyond = 'refuse', into = undefined) => {
    let bytes: Uint8Array;
    try {
      bytes = await decompress(packed, limit, beyond, into);
    } catch (cause) {
      throw new ImageError('corrupt', `a block compressed with ${compression} cannot be unpacked`, { cause });
    }
    if (bytes.length > limit)
      throw new ImageError('corrupt', `a block unpacks to ${bytes.length} bytes where at most ${limit} were expected`);
    return bytes;
  };
}
