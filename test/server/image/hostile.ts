/** Images as an attacker would make them, and a look at each that must end in an answer or an ImageError. Seeded: the same each time. */
import { type ByteSource, memorySource } from '../../../server/src/image/byte-source.ts';
import { ImageError } from '../../../server/src/image/image-error.ts';
import type { DirectoryNode, ImageNode, ImageTree } from '../../../server/src/image/image-tree.ts';
import { unitsOf } from '../../../server/src/image/units.ts';

/** How the format under test is opened. */
export type Open = (source: ByteSource) => Promise<ImageTree>;
/** An image and what was done to it. */
export type NamedImage = readonly [name: string, bytes: Uint8Array];
/** A field of a header: name, offset, bytes. `big`: the most significant byte comes first. */
export type Field = readonly [name: string, offset: number, width: 1 | 2 | 4 | 8, order?: 'big'];

/** A graph of directories without a cycle can still have endless paths. */
const maxNodes = 500;
const someBytes = 1 << 16;

/**
 * Looks at an image as much as anybody would: lists units, walks, reads xattrs, the start and the end of files. Returns `fine` or the kinds of
 * ImageError met; `see` gets all bytes that were shown.
 */
export async function explore(open: Open, bytes: Uint8Array, see: (bytes: Uint8Array) => void = () => {}): Promise<string> {
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      return 'fine';
    } catch (error) {
      if (error instanceof ImageError) return error.kind;
      throw error;
    }
  };
  let tree: ImageTree | undefined;
  const opened = await attempt(async () => {
    tree = await open(memorySource(bytes));
  });
  if (!tree) return opened;
  const opening = tree;
  const outcomes = new Set([await attempt(() => unitsOf(opening))]);
  let left = maxNodes;
  const look = async (node: ImageNode | undefined): Promise<void> => {
    outcomes.add(await attempt(async () => (await node?.xattrs?.())?.forEach(see)));
    if (node?.kind === 'directory') await walk(node);
    if (node?.kind === 'link') see(Buffer.from(await node.target()));
    if (node?.kind !== 'file') return;
    for (const from of [0, Math.floor(node.size / 2), Math.max(node.size - 100, 0)]) {
      const wanted = Math.max(0, Math.min(someBytes, node.size - from));
      const read = await node.read(from, someBytes);
      see(read);
      const { length } = read;
      if (length !== wanted) throw new Error(`a read of ${wanted} bytes gave ${length}`);
    }
  };
  const walk = async (directory: DirectoryNode): Promise<void> => {
    for (const { name } of await directory.list()) {
      if (--left < 0) return;
      see(Buffer.from(name));
      outcomes.add(await attempt(async () => look(await directory.lookup(name))));
    }
  };
  outcomes.add(await attempt(() => look(opening.root)));
  return [...outcomes].sort().join('+');
}

/** Explores many images. Returns how often each outcome was seen; fails on an error of another kind; one that hangs meets the test's timeout. */
export async function exploreAll(open: Open, images: Iterable<NamedImage>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, bytes] of images) {
    const outcome = await explore(open, bytes).catch(error => {
      throw new Error(`${name}: ${error}`, { cause: error });
    });
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Whole numbers below 2^23, the same for the same seed. */
export function* randomNumbers(seed = 20_260_101): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    yield state >> 8;
  }
}

/** A copy with one field set; too big a value is cut. */
export function patched(bytes: Uint8Array, offset: number, width: 1 | 2 | 4 | 8, value: bigint, order?: 'big'): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < width; i++) copy[offset + (order === 'big' ? width - 1 - i : i)] = Number((value >> BigInt(8 * i)) & 0xffn);
  return copy;
}

/** The image cut off at so many points. */
export function* cutOff(bytes: Uint8Array, points: number): Generator<NamedImage> {
  for (let i = 0; i < points; i++) {
    const length = Math.floor((bytes.length * i) / points);
    yield [`cut off after ${length} bytes`, bytes.subarray(0, length)];
  }
}

/** Each field set to 0, 1, what is at or beyond the borders, and so many random values. */
export function* badFields(bytes: Uint8Array, fields: readonly Field[], random = 10): Generator<NamedImage> {
  const numbers = randomNumbers();
  const special = [0n, 1n, 2n, 2n ** 64n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 31n, 2n ** 32n, 2n ** 53n, BigInt(bytes.length)];
  for (const [name, offset, width, order] of fields) {
    const values = [
      ...special,
      ...Array.from({ length: random }, () => (BigInt(numbers.next().value) << 23n) | BigInt(numbers.next().value)),
    ];
    for (const value of values) yield [`${name} = ${value}`, patched(bytes, offset, width, value, order)];
  }
}

/** A field of 1, 2, 4 or 8 bytes set to 0, 1, the most or a random value, at every `step` bytes from `start` to `end`. */
export function* badBytes(bytes: Uint8Array, start: number, end: number, step = 2): Generator<NamedImage> {
  const numbers = randomNumbers();
  for (let offset = start; offset + 8 <= Math.min(end, bytes.length); offset += step) {
    const values = [0n, 1n, 2n ** 64n - 1n, BigInt(numbers.next().value)];
    const width = ([1, 2, 4, 8] as const)[numbers.next().value % 4] ?? 2;
    const value = values[numbers.next().value % values.length] ?? 0n;
    yield [`${width} bytes at ${offset} = ${value}`, patched(bytes, offset, width, value)];
  }
}

/** So many copies with one to four bits flipped, from `start` on. */
export function* flippedBits(bytes: Uint8Array, count: number, start = 0, end = bytes.length): Generator<NamedImage> {
  const numbers = randomNumbers();
  for (let i = 0; i < count; i++) {
    const copy = bytes.slice();
    for (let flips = 0; flips <= i % 4; flips++) {
      const at = start + (numbers.next().value % (end - start));
      copy[at] = (copy[at] ?? 0) ^ (1 << (numbers.next().value % 8));
    }
    yield [`flipped bits ${i}`, copy];
  }
}
