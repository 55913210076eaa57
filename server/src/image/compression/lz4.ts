import { copyLiterals, copyMatch, viewOf } from './copy.ts';

/** Lengths of 15 in a token go on in the bytes that follow. */
const longLength = 15;
const shortestMatch = 4;

/**
 * Unpacks one LZ4 block (no frame around it) into at most `limit` bytes; with `beyond: 'cut'` it stops there, else more is an error. Throws
 * where the block is bad. (LZ4 block format description)
 */
export function lz4Block(packed: Uint8Array, limit: number, beyond: 'refuse' | 'cut' = 'refuse'): Uint8Array {
  const out = new Uint8Array(limit);
  const view = viewOf(out);
  const packedView = viewOf(packed);
  const end = packed.length;
  let at = 0;
  let to = 0;
  while (at < end) {
    const token = packed[at++] ?? 0;
    let length = token >>> 4;
    if (length === longLength) {
      let more = 255;
      while (more === 255 && at < end) {
        more = packed[at++] ?? 0;
        length += more;
      }
      if (more === 255) throw new Error('an LZ4 length does not end');
    }
    if (length > end - at) throw new Error('an LZ4 block ends too early');
    if (length > limit - to) {
      if (beyond === 'refuse') throw new Error('an LZ4 block holds too much');
      out.set(packed.subarray(at, at + limit - to), to);
      return out;
    }
    copyLiterals(out, view, to, packed, packedView, at, length);
    at += length;
    to += length;
    if (at === end || (beyond === 'cut' && to === limit)) return out.subarray(0, to); // the last sequence has no match

    if (end - at < 2) throw new Error('an LZ4 block ends too early');
    const distance = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    length = token & 15;
    if (length === longLength) {
      let more = 255;
      while (more === 255 && at < end) {
        more = packed[at++] ?? 0;
        length += more;
      }
      if (more === 255) throw new Error('an LZ4 length does not end');
    }
    length += shortestMatch;
    if (distance === 0 || distance > to) throw new Error('an LZ4 match begins before the block');
    if (length > limit - to) {
      if (beyond === 'refuse') throw new Error('an LZ4 block holds too much');
      length = limit - to;
    }
    copyMatch(out, view, to, distance, length);
    to += length;
    if (beyond === 'cut' && to === limit) return out;
  }
  throw new Error('an LZ4 block ends too early');
}
