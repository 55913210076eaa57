import { ImageError } from './image-error.ts';
import { roomFor } from './room.ts';

/** Bytes that can be read at an offset. All that an image reader sees of the world. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset` on. `into` has room for them and may hold them then: whether it does tells their buffer. Throws an
   * ImageError: `corrupt` where that is not within the size, else `io` or `denied`.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Fills `out` with the bytes from `offset` on. Throws as `read`. */
export async function readInto(source: ByteSource, offset: number, out: Uint8Array): Promise<void> {
  const bytes = await source.read(offset, out.length, out);
  if (bytes.buffer !== out.buffer) out.set(bytes);
}

/** Room for `length` zeros: in `into`, where there is one. */
export const zeros = (length: number, into: Uint8Array | undefined): Uint8Array => (into ? roomFor(length, into).fill(0) : roomFor(length));

/** Throws a `corrupt` ImageError unless `offset` and `length` describe a stretch of `size` bytes. */
export function checkRange(size: number, offset: number, length: number): void {
  const sane = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!sane || offset > size || length > size - offset)
    throw new ImageError('corrupt', `it refers to ${length} bytes at offset ${offset}, but ends after ${size} bytes`);
}

/** A source over bytes in memory. The arrays that it returns are views: not to be written to. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      checkRange(bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** The stretch of a source from `start` on, as a source of its own that cannot reach outside it. Throws as `checkRange`. */
export function sliceSource(source: ByteSource, start: number, size: number): ByteSource {
  checkRange(source.size, start, size);
  return {
    size,
    async read(offset, length, into) {
      checkRange(size, offset, length);
      return source.read(start + offset, length, into);
    },
  };
}
