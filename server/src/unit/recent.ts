/** What was made of the last few things. */

/** Remembers a value for each of the keys that were set last. */
export interface Recent<K extends object, V> {
  readonly get: (key: K) => V | undefined;
  /** Returns the value. */
  readonly set: (key: K, value: V) => V;
}

/**
 * Keeps `most` keys, the oldest goes first. For what belongs to one file while it is judged. A WeakMap would do, but V8's young collections
 * take its values for alive, and with them the keys that they know: over many files that doubles the memory.
 */
export function recent<K extends object, V>(most: number): Recent<K, V> {
  const entries: { key: K; value: V }[] = [];
  let next = 0;
  return {
    get: key => entries.find(entry => entry.key === key)?.value,
    set(key, value) {
      const there = entries.find(entry => entry.key === key);
      if (there) there.value = value;
      else {
        entries[next] = { key, value };
        next = (next + 1) % most;
      }
      return value;
    },
  };
}
