/** Lists of paths in the name space of a unit: ReadWritePaths= and its siblings, ExecSearchPath=, BindPaths=, TemporaryFileSystem=. */
import { but, byVersion, type Context, type Fault, fault, type Grammar, type Part } from './grammar.ts';
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
const bindOptions = ['', 'rbind', 'norbind'];
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
  if (bindOptions.includes(options.text)) parts.push({ ...options, kind: 'option' });
  else faults.push(fault(options.start, options.end, 'skipped', 'rbind or norbind'));
  return at;
}

/** BindPaths=, BindReadOnlyPaths= as they were read at first: blanks and colons apart from each other, doubled ones not taken as one. */
const flatBindPaths: Grammar = {
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

/** As they are read now: words apart by blanks, each of one to three fields apart by colons, with escapes. */
const tupleBindPaths = list({
  name: 'bind mounts',
  kind: 'bind mount',
  split: { quotes: 'remove', plainBackslash: true },
  judge: (tuple, context) => {
    const { words, rest, failure } = splitWords(
      tuple.text,
      { separators: ':', escapes: true, version: context.version, escapedSeparators: true, emptyWords: true },
      { limit: 3 },
    );
    const [source, destination, options] = words.map(word => ({ ...within(tuple, word.start, word.end), text: word.text }));
    if (failure) {
      const { start, end } = within(tuple, failure.start, failure.end);
      return fault(start, end, 'skipped', expectedInstead(failure));
    }
    if (rest !== undefined) {
      const { start, end } = within(tuple, rest - 1, tuple.text.length);
      return fault(start, end, 'skipped', 'at most a source, a destination and an option');
    }
    const wrong =
      (source && pathFault(source, context, { from: source.text.startsWith('-') ? 1 : 0 })) ??
      (destination && pathFault(destination, context));
    if (wrong || !options) return wrong;
    return bindOptions.includes(options.text) ? undefined : fault(options.start, options.end, 'skipped', 'rbind or norbind');
  },
});

/** BindPaths=, BindReadOnlyPaths= (config_parse_bind_paths). */
export const bindPaths = but(byVersion(flatBindPaths, { 260: tupleBindPaths }), { empty: 'resets' });
