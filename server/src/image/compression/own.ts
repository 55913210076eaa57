/** The decompressors that need nothing but JavaScript. */
import type { Decompressors } from '../compression.ts';
import { lz4Block } from './lz4.ts';
import { lzmaStream, microLzma } from './lzma-stream.ts';
import { lzo1xBlock } from './lzo.ts';
import { xzStream } from './xz.ts';
import { zstdFrames } from './zstd/zstd.ts';

export const ownDecompressors = {
  lz4: lz4Block,
  lzo: lzo1xBlock,
  lzma: lzmaStream,
  microlzma: microLzma,
  xz: xzStream,
  zstd: zstdFrames,
} as const satisfies Decompressors;
