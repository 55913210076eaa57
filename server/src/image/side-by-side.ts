import { compareNames } from './entry-name.ts';
import type { DirectoryEntry } from './image-tree.ts';

/** Goes through the entries of several directories at once, name by name: for each name what every one of them has of it, undefined where it lacks it. */
export function* sideBySide(lists: readonly Iterable<DirectoryEntry>[]): Generator<readonly (DirectoryEntry | undefined)[]> {
  const all = lists.map(list => list[Symbol.iterator]());
  const next = all.map(iterator => entryOf(iterator.next()));
  for (;;) {
    let first: string | undefined;
    for (const entry of next) if (entry && (first === undefined || compareNames(entry.name, first) < 0)) first = entry.name;
    if (first === undefined) return;
    const here = next.map(entry => (entry?.name === first ? entry : undefined));
    yield here;
    for (const [i, iterator] of all.entries()) if (here[i]) next[i] = entryOf(iterator.next());
  }
}

const entryOf = (result: IteratorResult<DirectoryEntry, unknown>): DirectoryEntry | undefined => (result.done ? undefined : result.value);
