/** One damaged image: looked at as much as anybody would, with what that took. */
import { explore } from '../server/image/hostile.ts';
import { damaged } from './damage.ts';
import type { Seed } from './seeds.ts';

/** What is behind and before the image in memory: it must never be seen. */
const outside = Buffer.from('~OUTSIDE');
const margin = 4096;
/** The most that may be asked of memory at once, and the time of a processor for one image, in ms. */
export const limits = { allocation: 64 * 1024 * 1024, time: 2000 } as const;

export interface Explored {
  /** `fine`, or the kinds of ImageError. */
  readonly outcome: string;
  /** What must not be, as a sentence. */
  readonly fault?: string;
  /** Milliseconds of a processor. */
  readonly time: number;
  /** The largest piece of memory that was asked for, in bytes. */
  readonly allocation: number;
}

let largest = 0;

/** From now on it is known how much memory arrays of bytes ask for. */
export function watchAllocations(): void {
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, newTarget) {
      if (typeof args[0] === 'number' && args[0] > largest) largest = args[0];
      return Reflect.construct(target, args, newTarget === globalThis.Uint8Array ? target : newTarget);
    },
  });
}

/** Damages an image by a number, and looks at it. */
export async function exploreDamaged({ bytes, open }: Seed, number: number): Promise<Explored> {
  const image = damaged(bytes, number);
  const around = Buffer.alloc(image.length + 2 * margin, outside);
  around.set(image, margin);
  let leaked = false;
  largest = 0;
  const begun = process.cpuUsage();
  const ended = (): Pick<Explored, 'time' | 'allocation'> => {
    const { user, system } = process.cpuUsage(begun);
    return { time: (user + system) / 1000, allocation: largest };
  };
  try {
    const outcome = await explore(open, around.subarray(margin, margin + image.length), seen => {
      leaked ||= Buffer.from(seen.buffer, seen.byteOffset, seen.length).includes(outside);
    });
    const took = ended();
    const fault = leaked
      ? 'it shows bytes from outside the image'
      : took.allocation > limits.allocation
        ? `it asks for ${took.allocation} bytes at once`
        : took.time > limits.time
          ? `it takes ${Math.round(took.time)} ms`
          : undefined;
    return { outcome, ...took, ...(fault !== undefined && { fault }) };
  } catch (error) {
    return { outcome: 'crash', ...ended(), fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
