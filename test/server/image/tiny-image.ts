/** Images that real tools made, as text: file systems are mostly zeros, so only the rest is kept, packed. */
import { inflateSync } from 'node:zlib';
import { type ByteSource, checkRange, memorySource } from '../../../server/src/image/byte-source.ts';
import type { DirectoryNode, ImageNode } from '../../../server/src/image/image-tree.ts';

/** An image of `size` bytes. `places` are the numbers of its sectors that are not zeros, `packed` these, one after the other, by zlib as base64. */
export interface TinyImage {
  readonly size: number;
  readonly places: string;
  readonly packed: string;
}

const sector = 512;

/** The sectors of an image that are kept, to be damaged, and the image that they make, whole or cut off. */
export function unpackTiny({ size, places, packed }: TinyImage): {
  readonly bytes: Uint8Array;
  /** Where a byte of the image is in `bytes`. Throws where it is not kept. */
  readonly at: (offset: number) => number;
  /** The image that such bytes make. One that is cut off ends where they do. */
  readonly image: (kept: ByteSource) => ByteSource;
} {
  const sectors = places.split(',').flatMap(run => {
    const [first = 0, last = first] = run.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  const indexes = new Map(sectors.map((number, index) => [number, index]));
  const whole = sectors.length * sector;
  return {
    bytes: new Uint8Array(inflateSync(Buffer.from(packed, 'base64'))),
    at(offset) {
      const index = indexes.get(Math.floor(offset / sector));
      if (index === undefined) throw new Error(`nothing is kept of offset ${offset}`);
      return index * sector + (offset % sector);
    },
    image(kept) {
      const end = (sectors[Math.floor(kept.size / sector)] ?? 0) * sector + (kept.size % sector);
      const cut = kept.size < whole ? end : size;
      return {
        size: cut,
        async read(offset, length) {
          checkRange(cut, offset, length);
          const out = new Uint8Array(length);
          for (let at = offset; at < offset + length; ) {
            const inside = at % sector;
            const here = Math.min(sector - inside, offset + length - at);
            const index = indexes.get(Math.floor(at / sector));
            if (index !== undefined) out.set(await kept.read(index * sector + inside, here), at - offset);
            at += here;
          }
          return out;
        },
      };
    },
  };
}

/** A tiny image as a source. */
export function tinySource(tiny: TinyImage): ByteSource {
  const { bytes, image } = unpackTiny(tiny);
  return image(memorySource(bytes));
}

/** The node of a path without links. Throws where there is none. */
export async function nodeAt(root: DirectoryNode, path: string): Promise<ImageNode> {
  let node: ImageNode = root;
  for (const name of path.split('/').filter(part => part !== '')) {
    const next: ImageNode | undefined = node.kind === 'directory' ? await node.lookup(name) : undefined;
    if (!next) throw new Error(`there is no ${name} on the way to ${path}`);
    node = next;
  }
  return node;
}

/** The text of a file. */
export async function textAt(root: DirectoryNode, path: string): Promise<string> {
  const node = await nodeAt(root, path);
  if (node.kind !== 'file') throw new Error(`${path} is no file`);
  return new TextDecoder().decode(await node.read(0, node.size));
}

/** How far apart the bytes lie that are damaged: 400 of them by default, as many as FUZZ_POINTS says for a longer run. Odd, to meet all places in fields. */
export const fuzzStep = (length: number): number => Math.floor(length / fuzzPoints) | 1;
/** How many images are made by flipping bits. */
export const fuzzPoints = Number(process.env.FUZZ_POINTS ?? 400);
