import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { ownDecompressors } from '../../image/compression/own.ts';
import type { Beyond, Decompress, Decompressors } from '../../image/compression.ts';

type Options = { readonly maxOutputLength?: number; readonly chunkSize?: number };

/**
 * What is unpacked comes out in one piece up to this size: gathering it from the usual 16 KiB takes half as long again. A piece that is filled to
 * its last byte makes zlib get another one.
 */
const maxPiece = 1 << 20;
const spare = 64;

/** A decompressor of node:zlib: at once, or as far as the limit goes by its stream. */
const native =
  (whole: (packed: Uint8Array, options: Options) => Uint8Array, stream: () => Transform): Decompress =>
  (packed, limit, beyond: Beyond = 'refuse', into = undefined) => {
    if (beyond === 'cut') return untilLimit(stream(), packed, limit);
    const bytes = whole(packed, { maxOutputLength: limit, chunkSize: Math.min(limit, maxPiece) + spare });
    if (!into || bytes.length > limit) return bytes;
    into.set(bytes);
    const { length, buffer } = bytes;
    if (buffer.byteLength > Buffer.poolSize && buffer instanceof ArrayBuffer) giveBack(buffer);
    return into.subarray(0, length);
  };

/**
 * Frees memory at once, where this Node can (from 22 on): else the runtime lets 64 MiB of it wait to be collected. Nothing may refer to it.
 * One that is no longer than Node's pool may be that.
 */
function giveBack(buffer: ArrayBuffer): void {
  const transfer: unknown = Reflect.get(buffer, 'transfer');
  if (typeof transfer === 'function') transfer.call(buffer, 0);
}

function untilLimit(stream: Transform, packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const out = new Uint8Array(limit);
  let to = 0;
  return new Promise((resolve, reject) => {
    const done = () => {
      resolve(out.subarray(0, to));
      stream.destroy();
    };
    stream.on('data', (part: Uint8Array) => {
      const taken = part.subarray(0, limit - to);
      out.set(taken, to);
      to += taken.length;
      if (to === limit) done();
    });
    stream.on('end', done);
    stream.on('error', reject);
    stream.end(packed);
  });
}

const zlibStream = native(zlib.inflateSync, zlib.createInflate);

/** Decompressors of this Node: our own, those of zlib, which has zstd from Node 22.15 on. */
export const decompressors: Decompressors = {
  ...ownDecompressors,
  gzip: zlibStream,
  zlib: zlibStream,
  deflate: native(zlib.inflateRawSync, zlib.createInflateRaw),
  ...(typeof zlib.zstdDecompressSync === 'function' && { zstd: native(zlib.zstdDecompressSync, zlib.createZstdDecompress) }),
};
