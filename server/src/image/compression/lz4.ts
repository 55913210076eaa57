import type { Beyond } from '../compression.ts';
import { roomFor } from '../room.ts';
import { copyLiterals, copyMatch, viewOf } from './copy.ts';

/** Lengths of 15 in a token go on in the bytes that follow. */
const longLength = 15;
const shortestMatch = 4;
/** More than a short sequence takes or makes, the words that are copied at once included. */
const roomAhead = 48;

/**
 * Unpacks one LZ4 block (no frame around it) into at most `limit` bytes; with `beyond: 'cut'` it stops there, else more is an error. Throws
 * where the block is bad. `into` is as in Decompress. (LZ4 block format description)
 */
export function lz4Block(packed: Uint8Array, limit: number, beyond: Beyond = 'refuse', into?: Uint8Array): Uint8Array {
  const out = roomFor(limit, into);
  const view = viewOf(out);
  const packedView = viewOf(packed);
  const end = packed.length;
  // up to here, whole words can be copied: what is too much of them is written over by what comes next
  const roomyAt = end - roomAhead;
  const roomyTo = limit - roomAhead;
  let at = 0;
  let to = 0;
  while (at < end) {
    const token = packedView.getUint8(at++);
    let length = token >>> 4;
    if (length < longLength && at < roomyAt && to < roomyTo) {
      view.setInt32(to, packedView.getInt32(at, true), true);
      view.setInt32(to + 4, packedView.getInt32(at + 4, true), true);
      if (length > 8) {
        view.setInt32(to + 8, packedView.getInt32(at + 8, true), true);
        view.setInt32(to + 12, packedView.getInt32(at + 12, true), true);
      }
      at += length;
      to += length;
    } else {
      if (length === longLength) {
        const more = restOfLength(packed, at);
        length += more;
        at += bytesOfRest(more);
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
    }

    const distance = packedView.getUint16(at, true);
    at += 2;
    if (distance === 0 || distance > to) throw new Error('an LZ4 match begins before the block');
    length = token & 15;
    if (length < longLength && distance >= 4 && to < roomyTo) {
      const from = to - distance;
      view.setInt32(to, view.getInt32(from, true), true);
      view.setInt32(to + 4, view.getInt32(from + 4, true), true);
      if (length > 4) {
        view.setInt32(to + 8, view.getInt32(from + 8, true), true);
        view.setInt32(to + 12, view.getInt32(from + 12, true), true);
        view.setInt32(to + 16, view.getInt32(from + 16, true), true);
      }
      to += length + shortestMatch;
      continue;
    }
    if (length === longLength) {
      const more = restOfLength(packed, at);
      length += more;
      at += bytesOfRest(more);
    }
    length += shortestMatch;
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

/** What the bytes from `at` on add to a length: each is one more part of it, and the first that is not 255 the last. */
function restOfLength(packed: Uint8Array, at: number): number {
  let rest = 0;
  for (let next = at; next < packed.length; next++) {
    const part = packed[next] ?? 0;
    rest += part;
    if (part !== 255) return rest;
  }
  throw new Error('an LZ4 length does not end');
}

/** How many bytes such a rest takes. */
const bytesOfRest = (rest: number): number => Math.floor(rest / 255) + 1;
