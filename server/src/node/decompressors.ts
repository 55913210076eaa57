import * as zlib from 'node:zlib';
import type { Decompressors } from '../image/compression.ts';

/** Decompressors of this Node: zlib always, zstd from Node 22.15 on. */
export const decompressors: Decompressors = {
  gzip: (packed, maxOutputLength) => zlib.inflateSync(packed, { maxOutputLength }),
  ...(typeof zlib.zstdDecompressSync === 'function' && {
    zstd: (packed: Uint8Array, maxOutputLength: number) => zlib.zstdDecompressSync(packed, { maxOutputLength }),
  }),
};
