import { copyMatch } from './copy.ts';

/** After a long run of literals; after a match the state is the number of literals that followed it. */
const afterRun = 4;
/** The distance that marks the end of the block. */
const endDistance = 16_384;

/**
 * Unpacks one LZO1X block (no header around it) into at most `limit` bytes. Throws where the block is bad, holds more or has no end mark.
 * (Linux: Documentation/staging/lzo.rst describes the stream)
 */
export function lzo1xBlock(packed: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  const end = packed.length;
  let at = 0;
  let to = 0;
  let state = 0;

  /** The rest of a length that did not fit its instruction: `bits` were all zero. */
  const longLength = (most: number): number => {
    let length = most;
    while (at < end && packed[at] === 0) {
      length += 255;
      at++;
    }
    if (at >= end) throw new Error('an LZO block ends too early');
    return length + (packed[at++] ?? 0);
  };
  const literals = (length: number) => {
    if (length > end - at) throw new Error('an LZO block ends too early');
    if (length > limit - to) throw new Error('an LZO block holds too much');
    if (length > 32) out.set(packed.subarray(at, at + length), to);
    else for (let i = 0; i < length; i++) out[to + i] = packed[at + i] ?? 0;
    at += length;
    to += length;
  };

  const first = packed[0] ?? 0;
  if (first > 17) {
    at = 1;
    literals(first - 17);
    state = Math.min(first - 17, afterRun);
  }
  while (at < end) {
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
      length = 2 + (instruction & most || longLength(most));
      const low = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
      at += 2;
      trailing = low & 3;
      distance = (low >>> 2) + (far ? endDistance + ((instruction & 8) << 11) : 1);
      if (far && distance === endDistance) {
        if (at > end || length !== 3) throw new Error('an LZO block has a bad end');
        return out.subarray(0, to);
      }
    } else if (state === 0) {
      literals(3 + (instruction || longLength(15)));
      state = afterRun;
      continue;
    } else {
      length = state === afterRun ? 3 : 2;
      distance = ((packed[at++] ?? 0) << 2) + (instruction >>> 2) + (state === afterRun ? 2049 : 1);
    }
    if (at > end) break;
    if (distance > to) throw new Error('an LZO match begins before the block');
    if (length > limit - to) throw new Error('an LZO block holds too much');
    copyMatch(out, to, distance, length);
    to += length;
    if (trailing > 0) literals(trailing);
    state = trailing;
  }
  throw new Error('an LZO block ends too early');
}
