/** Blocks that were read, by key, the least recently used ones forgotten when together they exceed a number of bytes. */
export interface BlockCache<T> {
  /** The block of that key, read once even when asked for twice at a time. A failed read is not kept. */
  get(key: number | string, read: () => Promise<T>): Promise<T>;
  /** Whether the block of that key is at hand, or being read. */
  has(key: number | string): boolean;
}

/** Creates a cache. `limit` bounds the bytes kept, as `sizeOf` tells them; a block being read does not count yet. */
export function createBlockCache<T>(limit: number, sizeOf: (block: T) => number): BlockCache<T> {
  const blocks = new Map<number | string, { block: Promise<T>; size: number }>();
  let held = 0;
  const forget = (key: number | string) => {
    held -= blocks.get(key)?.size ?? 0;
    blocks.delete(key);
  };
  return {
    has: key => blocks.has(key),
    get(key, read) {
      const known = blocks.get(key);
      if (known) {
        blocks.delete(key); // last in, last out
        blocks.set(key, known);
        return known.block;
      }
      const entry = { block: read(), size: 0 };
      blocks.set(key, entry);
      entry.block.then(
        block => {
          if (blocks.get(key) !== entry) return;
          entry.size = sizeOf(block);
          held += entry.size;
          for (const oldest of blocks.keys()) {
            if (held <= limit) break;
            if (oldest !== key) forget(oldest);
          }
        },
        () => blocks.get(key) === entry && forget(key),
      );
      return entry.block;
    },
  };
}
