/**
 * LZMA: a range coder whose bits are guessed from what came before, under matches and literals. One function does all the work, its coder in
 * local variables: calls and fields would halve its speed. Names follow the LZMA specification of the LZMA SDK.
 */
import { copyMatch, viewOf } from './copy.ts';

const states = 12;
const topValue = 0x100_0000;
const half = 1024;

/** Where each group of probabilities begins. A length coder: choice, choice 2, 16 trees of 8, 16 trees of 8, a tree of 256. */
const isMatch = 0;
const isRep = isMatch + states * 16;
const isRepG0 = isRep + states;
const isRepG1 = isRepG0 + states;
const isRepG2 = isRepG1 + states;
const isRep0Long = isRepG2 + states;
const posSlot = isRep0Long + states * 16;
const specialPos = posSlot + 4 * 64;
const align = specialPos + 128;
const matchLength = align + 16;
const lengthSize = 2 + 128 + 128 + 256;
const repLength = matchLength + lengthSize;
const literal = repLength + lengthSize;

/** What the decoder remembers from one stretch of a stream to the next (LZMA2 has many). */
export interface LzmaState {
  lc: number;
  lp: number;
  pb: number;
  state: number;
  readonly reps: Uint32Array;
  readonly probabilities: Uint16Array;
}

/** A decoder at its start. `properties`: (pb * 5 + lp) * 9 + lc. Throws where that is out of range. */
export function lzmaState(properties: number): LzmaState {
  if (properties >= 9 * 5 * 5) throw new Error(`LZMA properties of ${properties}`);
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const probabilities = new Uint16Array(literal + (0x300 << (lc + lp))).fill(half);
  return { lc, lp, pb: Math.floor(properties / 45), state: 0, reps: new Uint32Array(4), probabilities };
}

/** Puts a decoder back to its start, as LZMA2 does between stretches with the same properties. */
export function resetState(lzma: LzmaState): void {
  lzma.state = 0;
  lzma.reps.fill(0);
  lzma.probabilities.fill(half);
}

/** What one call decodes. */
export interface LzmaStretch {
  readonly packed: Uint8Array;
  /** Where the range coder's four bytes of code begin (the zero byte before them skipped), and where the packed bytes end. */
  readonly at: number;
  readonly end: number;
  readonly out: Uint8Array;
  /** Where the dictionary begins in `out`, where to go on, and where to stop. */
  readonly base: number;
  readonly from: number;
  readonly until: number;
  /** What to do with a match that goes on beyond `until`. */
  readonly beyond: 'refuse' | 'cut';
}

/** Where decoding stopped: in the output, in the packed bytes, and whether at an end mark. `code` is 0 where the range coder is at its end. */
export interface LzmaEnd {
  readonly to: number;
  readonly at: number;
  readonly marked: boolean;
  readonly code: number;
}

/**
 * Decodes until the output is full or an end mark is met. The dictionary is the output itself, so memory is what the caller gives. Throws where
 * the packed bytes are bad or end too early.
 */
export function decodeLzma(lzma: LzmaState, stretch: LzmaStretch): LzmaEnd {
  const { packed, end, out, base, until } = stretch;
  const { probabilities: probs, reps } = lzma;
  const view = viewOf(out);
  const lc = lzma.lc;
  const posMask = (1 << lzma.pb) - 1;
  const literalMask = (1 << lzma.lp) - 1;
  let state = lzma.state;
  let [rep0 = 0, rep1 = 0, rep2 = 0, rep3 = 0] = reps;
  let at = stretch.at;
  let to = stretch.from;
  let range = 0xffff_ffff;
  let code = 0;
  for (let i = 0; i < 4; i++) code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
  let marked = false;

  while (to < until) {
    if (at > end) throw new Error('LZMA data ends too early');
    const posState = (to - base) & posMask;
    let index = isMatch + (state << 4) + posState;
    let p = probs[index] ?? 0;
    let bound = Math.imul(range >>> 11, p) >>> 0;
    if (code < bound) {
      range = bound;
      probs[index] = p + ((2048 - p) >>> 5);
      if (range < topValue) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
      }
      const before = to > base ? (out[to - 1] ?? 0) : 0;
      const tree = literal + 0x300 * ((((to - base) & literalMask) << lc) + (before >>> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        // after a match the byte that would have gone on with it steers the guess, as long as it is right
        if (rep0 >= to - base) throw new Error('an LZMA match begins before the data');
        let matched = out[to - rep0 - 1] ?? 0;
        let offset = 0x100;
        while (symbol < 0x100) {
          matched <<= 1;
          const bit = matched & offset;
          index = tree + offset + bit + symbol;
          p = probs[index] ?? 0;
          bound = Math.imul(range >>> 11, p) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = p + ((2048 - p) >>> 5);
            symbol <<= 1;
            offset &= ~bit;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = p - (p >>> 5);
            symbol = (symbol << 1) | 1;
            offset &= bit;
          }
          if (range < topValue) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
          }
        }
      } else {
        while (symbol < 0x100) {
          index = tree + symbol;
          p = probs[index] ?? 0;
          bound = Math.imul(range >>> 11, p) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = p + ((2048 - p) >>> 5);
            symbol <<= 1;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = p - (p >>> 5);
            symbol = (symbol << 1) | 1;
          }
          if (range < topValue) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
          }
        }
      }
      out[to++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    range = (range - bound) >>> 0;
    code = (code - bound) >>> 0;
    probs[index] = p - (p >>> 5);
    if (range < topValue) {
      range = (range << 8) >>> 0;
      code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
    }

    // is it one of the last four distances, and which: up to four bits, each guessed by itself
    let lengthCoder = matchLength;
    let repeat = -1;
    let single = false;
    index = isRep + state;
    for (;;) {
      p = probs[index] ?? 0;
      bound = Math.imul(range >>> 11, p) >>> 0;
      const zero = code < bound;
      if (zero) {
        range = bound;
        probs[index] = p + ((2048 - p) >>> 5);
      } else {
        range = (range - bound) >>> 0;
        code = (code - bound) >>> 0;
        probs[index] = p - (p >>> 5);
      }
      if (range < topValue) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
      }
      if (index < isRepG0) {
        if (zero) break;
        lengthCoder = repLength;
        index = isRepG0 + state;
      } else if (index < isRepG1) {
        index = zero ? isRep0Long + (state << 4) + posState : isRepG1 + state;
      } else if (index >= isRep0Long) {
        repeat = 0;
        single = zero;
        break;
      } else if (index < isRepG2) {
        if (zero) {
          repeat = 1;
          break;
        }
        index = isRepG2 + state;
      } else {
        repeat = zero ? 2 : 3;
        break;
      }
    }
    if (repeat > 0) {
      const distance = repeat === 1 ? rep1 : repeat === 2 ? rep2 : rep3;
      if (repeat === 3) rep3 = rep2;
      if (repeat >= 2) rep2 = rep1;
      rep1 = rep0;
      rep0 = distance;
    }
    let length = 1;
    if (single) state = state < 7 ? 9 : 11;
    else {
      // the length: two choices, then a tree of 3 or 8 bits
      let bits = 8;
      let tree = lengthCoder + 2 + 256;
      length = 2 + 16;
      for (let choice = 0; choice < 2; choice++) {
        index = lengthCoder + choice;
        p = probs[index] ?? 0;
        bound = Math.imul(range >>> 11, p) >>> 0;
        const zero = code < bound;
        if (zero) {
          range = bound;
          probs[index] = p + ((2048 - p) >>> 5);
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = p - (p >>> 5);
        }
        if (range < topValue) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
        }
        if (zero) {
          bits = 3;
          tree = lengthCoder + 2 + (choice << 7) + (posState << 3);
          length = 2 + (choice << 3);
          break;
        }
      }
      let symbol = 1;
      const full = 1 << bits;
      while (symbol < full) {
        index = tree + symbol;
        p = probs[index] ?? 0;
        bound = Math.imul(range >>> 11, p) >>> 0;
        if (code < bound) {
          range = bound;
          probs[index] = p + ((2048 - p) >>> 5);
          symbol <<= 1;
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = p - (p >>> 5);
          symbol = (symbol << 1) | 1;
        }
        if (range < topValue) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
        }
      }
      length += symbol - full;
      if (repeat >= 0) state = state < 7 ? 8 : 11;
    }

    if (repeat < 0) {
      state = state < 7 ? 7 : 10;
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      // the distance: a slot of 6 bits, then bits that are guessed, not guessed, or both
      let tree = posSlot + (Math.min(length - 2, 3) << 6);
      let symbol = 1;
      while (symbol < 64) {
        index = tree + symbol;
        p = probs[index] ?? 0;
        bound = Math.imul(range >>> 11, p) >>> 0;
        if (code < bound) {
          range = bound;
          probs[index] = p + ((2048 - p) >>> 5);
          symbol <<= 1;
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = p - (p >>> 5);
          symbol = (symbol << 1) | 1;
        }
        if (range < topValue) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
        }
      }
      const slot = symbol - 64;
      rep0 = slot;
      if (slot >= 4) {
        let bits = (slot >>> 1) - 1;
        rep0 = ((2 | (slot & 1)) << bits) >>> 0;
        if (slot < 14) tree = specialPos + rep0 - slot;
        else {
          let direct = 0;
          for (; bits > 4; bits--) {
            range >>>= 1;
            direct <<= 1;
            if (code >= range) {
              code = (code - range) >>> 0;
              direct |= 1;
            }
            if (range < topValue) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
            }
          }
          rep0 = (rep0 + direct * 16) >>> 0;
          tree = align;
        }
        symbol = 1;
        for (let i = 0; i < bits; i++) {
          index = tree + symbol;
          p = probs[index] ?? 0;
          bound = Math.imul(range >>> 11, p) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = p + ((2048 - p) >>> 5);
            symbol <<= 1;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = p - (p >>> 5);
            symbol = (symbol << 1) | 1;
            rep0 = (rep0 + (1 << i)) >>> 0;
          }
          if (range < topValue) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
          }
        }
        if (rep0 === 0xffff_ffff) {
          marked = true;
          break;
        }
      }
    }
    if (rep0 >= to - base) throw new Error('an LZMA match begins before the data');
    if (length > until - to) {
      if (stretch.beyond === 'refuse') throw new Error('an LZMA match goes on too long');
      length = until - to;
    }
    copyMatch(out, view, to, rep0 + 1, length);
    to += length;
  }
  if (at > end) throw new Error('LZMA data ends too early');
  lzma.state = state;
  reps.set([rep0, rep1, rep2, rep3]);
  return { to, at, marked, code };
}
