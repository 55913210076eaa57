import type { Beyond } from '../compression.ts';
import { roomFor } from '../room.ts';
import { copyLiterals, copyMatch, viewOf } from './copy.ts';

/** After a long run of literals; after a match the state is the number of literals that followed it. */
const afterRun = 4;
/** The distance that marks the end of the block. */
const endDistance = 16_384;

/**
 * Unpacks one LZO1X block (no header around it) into at most `limit` bytes. Throws where the block is bad, holds more or has no end mark. `into` is as
 * in Decompress.
 * (Linux: Documentation/staging/lzo.rst describes the stream)
 */
export function lzo1xBlock(packed: Uint8Array, limit: number, _beyond?: Beyond, into?: Uint8Array): Uint8Array {
  const out = roomFor(limit, into);
  const view = viewOf(out);
  const packedView = viewOf(packed);
  const end = packed.length;
  const first = packed[0] ?? 0;
  /** Literals that come next. */
  let run = first > 17 ? first - 17 : 0;
  let at = run > 0 ? 1 : 0;
  let to = 0;
  let state = Math.min(run, afterRun);
  for (;;) {
    if (run > 0) {
      if (run > end - at) throw new Error('an LZO block ends too early');
      if (run > limit - to) throw new Error('an LZO block holds too much');
      copyLiterals(out, view, to, packed, packedView, at, run);
      at += run;
      to += run;
    }
    const instruction = packed[at++] ?? 0;
    let length: number;
    let distance: number;
    let trailing = instruction & 3;
    if (instruction >= 64) {
      length = instruction >= 128 ? 5 + ((instruction >>> 5) & 3) : 3 + ((instruction >>> 5) & 1);
      distance = ((packed[at++] ?? 0) << 3) + ((instruction >>> 2) & 7) + 1;
    } else if (instruction >= 16) {
      const far = instruction < 32;
      const most = far ? 7 : 31;
      length = instruction & most;
      if (length === 0) {
        const last = zerosEnd(packed, at);
        length = most + 255 * (last - at) + (packed[last] ?? 0);
        at = last + 1;
      }
      length += 2;
      const low = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
      at += 2;
      trailing = low & 3;
      distance = (low >>> 2) + (far ? endDistance + ((instruction & 8) << 11) : 1);
      if (far && distance === endDistance) {
        if (at > end || length !== 3) throw new Error('an LZO block has a bad end');
        return out.subarray(0, to);
      }
    } else if (state === 0) {
      run = instruction;
      if (run === 0) {
        const last = zerosEnd(packed, at);
        run = 15 + 255 * (last - at) + (packed[last] ?? 0);
        at = last + 1;
      }
      run += 3;
      state = afterRun;
      continue;
    } else {
      length = state === afterRun ? 3 : 2;
      distance = ((packed[at++] ?? 0) << 2) + (instruction >>> 2) + (state === afterRun ? 2049 : 1);
    }
    if (at > end) throw new Error('an LZO block ends too early');
    if (distance > to) throw new Error('an LZO match begins before the block');
    if (length > limit - to) throw new Error('an LZO block holds too much');
    copyMatch(out, view, to, distance, length);
    to += length;
    run = trailing;
    state = trailing;
  }
}

/** Where the zeros end that make a length longer by 255 each. */
function zerosEnd(packed: Uint8Array, start: number): number {
  let at = start;
  while (packed[at] === 0) at++;
  if (at >= packed.length) throw new Error('an LZO block ends too early');
  return at;
}
