/** Lists of paths in the name space of a unit: ReadWritePaths= and its siblings, ExecSearchPath=, BindPaths=, TemporaryFileSystem=. */
import { type Context, type Fault, fault, type Grammar, type Part } from './grammar.ts';
import { list } from './list.ts';
import { pathFault } from './specified-path.ts';
import { expectedInstead, type SplitWord, splitWords, within } from './split.ts';

/** Paths after `-` (may be missing) and `+` (below the unit's own root), in this order (config_parse_namespace_path_strv). */
export const namespacePaths = list({
  name: 'name space paths',
  kind: 'path',
  split: { quotes: 'remove' },
  judge: (word, context) => pathFault(word, context, { from: /^-?\+?/.exec(word.text)?.[0].length ?? 0 }),
});

/** Paths apart by colons; a wrong one ends the list (config_parse_colon_separated_paths). */
export const colonSeparatedPaths = list({
  name: 'colon-separated paths',
  kind: 'path',
  split: { separators: ':', emptyWords: true },
  otherwise: 'ignored',
  judge: (word, context) => pathFault(word, context, { otherwise: 'ignored' }),
});

/** Paths with mount options that nobody checks: `/path:options` (config_parse_temporary_filesystems). */
export const temporaryFileSystems = list({
  name: 'temporary file systems',
  kind: 'path',
  split: { quotes: 'remove' },
  judge: (word, context) => {
    const { words, failure } = splitWords(word.text, { separators: ':', emptyWords: true }, { limit: 1 });
    const [path] = words;
    if (failure || !path) return failure ? expectedInstead(failure) : 'a path';
    return pathFault({ ...within(word, path.start, path.end), text: path.text }, context);
  },
});

const blanks = ' \t\n\r';
const bindStyle = { separators: `:${blanks}`, quotes: 'remove', emptyWords: true } as const;

/** Reads `source`, `source:destination` or `source:destination:options` from an offset on. */
function readBind(value: string, from: number, context: Context, parts: Part[], faults: Fault[]): number | undefined {
  let at: number | undefined = from;
  const take = (options = false): SplitWord | undefined => {
    const { words, rest, failure } = splitWords(value, options ? { quotes: 'remove' } : bindStyle, { from: at ?? value.length, limit: 1 });
    if (failure) faults.push(fault(failure.start, failure.end, 'ignored', expectedInstead(failure)));
    at = failure ? undefined : rest;
    return words[0];
  };
  const goesOn = () => at !== undefined && value[at - 1] === ':';
  const source = take();
  if (!source) return at;
  const wrongSource = pathFault(source, context, { from: source.text.startsWith('-') ? 1 : 0 });
  if (wrongSource) {
    faults.push(wrongSource);
    return at;
  }
  parts.push({ ...source, kind: 'source' });
  if (!goesOn()) return at;
  const destination = take();
  if (!destination) return at;
  const wrongDestination = pathFault(destination, context);
  if (wrongDestination) {
    faults.push(wrongDestination);
    return at;
  }
  parts.push({ ...destination, kind: 'destination' });
  if (!goesOn()) return at;
  const options = take(true);
  if (!options) return at;
  if (['', 'rbind', 'norbind'].includes(options.text)) parts.push({ ...options, kind: 'option' });
  else faults.push(fault(options.start, options.end, 'skipped', 'rbind or norbind'));
  return at;
}

/** BindPaths=, BindReadOnlyPaths= (config_parse_bind_paths). */
export const bindPaths: Grammar = {
  name: 'bind mounts',
  empty: 'resets',
  read: (value, context) => {
    const parts: Part[] = [];
    const faults: Fault[] = [];
    let at: number | undefined = 0;
    while (at !== undefined) at = readBind(value, at, context, parts, faults);
    return { parts, faults };
  },
};
