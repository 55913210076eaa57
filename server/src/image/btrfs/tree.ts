import { createBlockCache } from '../block-cache.ts';
import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import { Structure } from '../structure.ts';
import type { ChunkMap } from './chunks.ts';
import type { BtrfsSuperblock, TreeRoot } from './superblock.ts';

/** What items are sorted by. Numbers above 2^53 are rounded: nothing that is looked for has one. */
export interface Key {
  readonly object: number;
  readonly type: number;
  readonly offset: number;
}

export interface Item extends Key {
  readonly data: Structure;
}

/** Reads the trees of an image. */
export interface Trees {
  /** The items from the last one that is not after `key` on, or from the first one on where all are, in order. */
  from(root: TreeRoot, key: Key): AsyncGenerator<Item>;
  /** The item with this key, undefined where there is none. */
  get(root: TreeRoot, key: Key): Promise<Item | undefined>;
  /** All items of an object that are of a type, in order. */
  all(root: TreeRoot, object: number, type: number): AsyncGenerator<Item>;
}

const headSize = 101;
const keySize = 17;
const itemSize = keySize + 8;
const pointerSize = keySize + 16;
/** Bytes of nodes that are kept. */
const cacheSize = 4 << 20;

/** Makes the reader of trees: nodes are kept for a while. (Linux: fs/btrfs/ctree.c; Documentation of the format in btrfs-progs) */
export function treeReader(source: ByteSource, { nodeSize }: BtrfsSuperblock, chunks: ChunkMap): Trees {
  const cache = createBlockCache<Structure>(cacheSize, node => node.size);

  const readNode = async (start: number): Promise<Structure> => {
    const place = chunks.find(start);
    if (place.length < nodeSize) throw new ImageError('corrupt', `a node of a tree leaves its chunk, at ${start}`);
    return new Structure(await source.read(place.start, nodeSize), 'little-endian');
  };

  /** The node that a pointer means: address, level and generation must be those that it says. */
  const nodeAt = async ({ start, level, generation }: TreeRoot, isRoot: boolean): Promise<Structure> => {
    const node = await cache.get(start, () => readNode(start));
    if (node.big(48) !== BigInt(start) || node.u8(100) !== level || node.big(80) !== generation)
      throw new ImageError('corrupt', `what lies at ${start} is not the node of a tree that should be there`);
    const count = node.u32(96);
    if (headSize + count * (level === 0 ? itemSize : pointerSize) > nodeSize || (count === 0 && !(isRoot && level === 0)))
      throw new ImageError('corrupt', `the node of a tree at ${start} has ${count} items`);
    return node;
  };

  /** The items below a node; `key` undefined: all. */
  async function* below(at: TreeRoot, key: Key | undefined, isRoot: boolean): AsyncGenerator<Item> {
    const node = await nodeAt(at, isRoot);
    const count = node.u32(96);
    const size = at.level === 0 ? itemSize : pointerSize;
    const first = key ? Math.max(lastNotAfter(node, count, size, key), 0) : 0;
    for (let i = first; i < count; i++) {
      const place = headSize + i * size;
      if (at.level === 0) yield itemAt(node, place);
      else {
        const child = { start: node.u64(place + keySize), level: at.level - 1, generation: node.big(place + keySize + 8) };
        yield* below(child, i === first ? key : undefined, false);
      }
    }
  }

  async function* from(root: TreeRoot, key: Key): AsyncGenerator<Item> {
    let last: Key | undefined;
    for await (const item of below(root, key, true)) {
      // without this, nodes that point to the same ones would never end
      if (last && compare(last, item) >= 0) throw new ImageError('corrupt', 'the items of a tree are not in order');
      last = item;
      yield item;
    }
  }

  return {
    from,
    async get(root, key) {
      for await (const item of from(root, key)) return compare(item, key) === 0 ? item : undefined;
      return undefined;
    },
    async *all(root, object, type) {
      const key = { object, type, offset: 0 };
      for await (const item of from(root, key)) {
        if (item.object === object && item.type === type) yield item;
        else if (compare(item, key) > 0) return;
      }
    },
  };
}

function itemAt(node: Structure, at: number): Item {
  return { ...keyAt(node, at), data: node.part(headSize + node.u32(at + keySize), node.u32(at + keySize + 4)) };
}

/** A key as it is stored. */
export function keyAt(node: Structure, at: number): Key {
  return { object: rounded(node, at), type: node.u8(at + 8), offset: rounded(node, at + 9) };
}

const rounded = (node: Structure, at: number): number => node.u32(at) + node.u32(at + 4) * 2 ** 32;

const compare = (a: Key, b: Key): number => a.object - b.object || a.type - b.type || a.offset - b.offset;

function lastNotAfter(node: Structure, count: number, size: number, key: Key): number {
  let low = -1;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compare(keyAt(node, headSize + middle * size), key) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
