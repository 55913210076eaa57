/** What was made of the last few things. */

/** Remembers a value for each of the keys that were used last. */
export interface Recent<K extends object, V> {
  readonly get: (key: K) => V | undefined;
  /** Returns the value. */
  readonly set: (key: K, value: V) => V;
}

/**
 * Keeps `most` keys, the one that was used longest ago goes first. For what belongs to one file while it is judged. A WeakMap would do, but V8's young collections
 * take its values for alive, and with them the keys that they know: over many files that doubles the memory.
 */
export function recent<K extends object, V>(most: number): Recent<K, V> {
  const entries: { readonly key: K; value: V }[] = []; // the last used first
  /** Finds a key, and moves it to the front. */
  const find = (key: K) => {
    if (entries[0]?.key === key) return entries[0]; // as nearly always
    const at = entries.findIndex(entry => entry.key === key);
    const entry = entries[at];
    if (entry && at > 0) {
      entries.copyWithin(1, 0, at);
      entries[0] = entry;
    }
    return entry;
  };
  return {
    get: key => find(key)?.value,
    set(key, value) {
      const there = find(key);
      if (there) there.value = value;
      else {
        if (entries.length >= most) entries.pop();
        entries.unshift({ key, value });
      }
      return value;
    },
  };
}

/** The same function, for a key that it was just asked about without the work: several rules ask the same of one unit. */
export function remembered<K extends object, V>(work: (key: K) => V, most = 4): (key: K) => V {
  const known = recent<K, { readonly value: V }>(most);
  return key => (known.get(key) ?? known.set(key, { value: work(key) })).value;
}

/**
 * The same for keys that are texts, made out of the question: what one of the last `most` of them came to. Who types a value asks about another text with
 * each letter, so those that nobody asks about any more have to go.
 */
export function rememberedTexts<V>(most: number): (key: string, work: () => V) => V {
  const known = new Map<string, { readonly value: V }>(); // the last used last
  return (key, work) => {
    const entry = known.get(key) ?? { value: work() };
    known.delete(key);
    known.set(key, entry);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return entry.value;
  };
}
