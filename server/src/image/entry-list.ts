import { decodeName, isEntryName } from './entry-name.ts';
import { ImageError } from './image-error.ts';
import { maxEntries, maxNames } from './image-tree.ts';

/** The entries of a directory while they are read. */
export interface EntryList<Entry> {
  /** Those so far by name, in their order. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Adds one. Throws `corrupt` for a name that no directory can hold or that is there twice, `unsupported` for too many, or too long ones. */
  add(name: Uint8Array, entry: Entry): void;
}

/** Begins a list. What it may hold is bounded, whatever an image says. */
export function entryList<Entry>(): EntryList<Entry> {
  const entries = new Map<string, Entry>();
  let names = 0;
  return {
    entries,
    add(bytes, entry) {
      const name = decodeName(bytes);
      if (!isEntryName(name)) throw new ImageError('corrupt', `a file is named ${JSON.stringify(name)}`);
      if (entries.has(name)) throw new ImageError('corrupt', `a directory holds the name ${JSON.stringify(name)} twice`);
      if (entries.size >= maxEntries) throw new ImageError('unsupported', `a directory has more than ${maxEntries} entries`);
      names += bytes.length;
      if (names > maxNames) throw new ImageError('unsupported', `the names in a directory take more than ${maxNames >> 20} MiB`);
      entries.set(name, entry);
    },
  };
}
