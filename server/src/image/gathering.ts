import { type ByteSource, readInto } from './byte-source.ts';
import { withScratch } from './scratch.ts';

/** Reads stretches of a source that lie one behind the other in one go: each by itself costs a way to the file system and back. */
export interface Gathering {
  /** Fills `out` with the bytes from `at` on, at the latest when `finish` has returned. Throws as `ByteSource.read`. */
  copy(at: number, out: Uint8Array): Promise<void>;
  /** Hands `take` so many bytes from `at` on, which are no longer there when it has returned; likewise. */
  hand(at: number, length: number, take: (bytes: Uint8Array) => Promise<void>): Promise<void>;
  /** Does what is still to be done. */
  finish(): Promise<void>;
}

interface Stretch {
  readonly length: number;
  readonly goal: { readonly out: Uint8Array } | { readonly take: (bytes: Uint8Array) => Promise<void> };
}

/** Bytes that are read at once, at most, unless a single stretch has more. */
const readTogether = 512 << 10;

/** Begins to gather. What is asked for is done in its order. */
export function gathering(source: ByteSource): Gathering {
  let start = 0;
  let length = 0;
  let stretches: Stretch[] = [];

  const finish = async (): Promise<void> => {
    const [only] = stretches;
    const [from, all] = [start, stretches];
    stretches = [];
    if (!only) return;
    if (all.length === 1 && 'out' in only.goal) return readInto(source, from, only.goal.out);
    await withScratch(length, async scratch => {
      const bytes = await source.read(from, scratch.length, scratch);
      let at = 0;
      for (const { length: here, goal } of all) {
        const part = bytes.subarray(at, at + here);
        at += here;
        if ('out' in goal) goal.out.set(part);
        else await goal.take(part);
      }
    });
  };

  const add = async (at: number, stretch: Stretch): Promise<void> => {
    if (stretches.length > 0 && (at !== start + length || length + stretch.length > readTogether)) await finish();
    if (stretches.length === 0) [start, length] = [at, 0];
    stretches.push(stretch);
    length += stretch.length;
  };

  return {
    copy: (at, out) => add(at, { length: out.length, goal: { out } }),
    hand: (at, here, take) => add(at, { length: here, goal: { take } }),
    finish,
  };
}
