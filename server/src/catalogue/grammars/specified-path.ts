/** Paths with specifiers, as most directives about files take them (unit_path_printf, then path_simplify_and_warn). */
import { isUtf8 } from './bytes.ts';
import { problemOf } from './expanded.ts';
import { type Context, type Fault, fault, type Outcome } from './grammar.ts';
import { byteLength, type PathTraits, pathProblem, simplifyPath, tooLong } from './paths.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { type SplitWord, within } from './split.ts';

/** What a path with specifiers must be. */
export interface SpecifiedPathTraits extends PathTraits {
  /** Where in the word's text the path begins. Default: 0. */
  readonly from?: number;
  /** What systemd does about a wrong one. Default: `skipped`. */
  readonly otherwise?: Outcome;
  /** Directories that it must not lie in. */
  readonly outside?: readonly string[];
}

/** A path that was read: simplified and with likely values for its specifiers where they are certain, or the objection to it. */
export type SpecifiedPath = { readonly path: string | undefined } | { readonly fault: Fault };

/** Reads the path in a word, from an offset of its text on. */
export function specifiedPath(
  word: SplitWord,
  context: Context,
  { from = 0, otherwise = 'skipped', outside = [], ...traits }: SpecifiedPathTraits = {},
): SpecifiedPath {
  const text = word.text.slice(from);
  const { text: path, certain, unknown } = expandSpecifiers(text, 'full', context);
  const span = within(word, from, word.text.length);
  if (unknown) return { fault: unknownSpecifier(within(word, from + unknown.start, from + unknown.end), 'full', otherwise) };
  const problem = certain
    ? pathProblem(path, traits, context.version)
    : (tooLong(path) ?? problemOf(text, 'full', context, made => pathProblem(made, traits, context.version)));
  if (problem !== undefined) return { fault: fault(span.start, span.end, otherwise, problem) };
  if (!isUtf8(path)) return { fault: fault(span.start, span.end, otherwise, 'a path in UTF-8') };
  if (!certain) return { path: undefined };
  const simple = simplifyPath(path, context.version);
  const top = outside.find(directory => simple === directory || simple.startsWith(`${directory}/`));
  return top === undefined ? { path: simple } : { fault: fault(span.start, span.end, otherwise, `a path outside ${top}`) };
}

/** The objection to the path in a word; undefined when there is none. */
export function pathFault(word: SplitWord, context: Context, traits?: SpecifiedPathTraits): Fault | undefined {
  const read = specifiedPath(word, context, traits);
  return 'fault' in read ? read.fault : undefined;
}

/** What is wrong with an absolute path that is taken as it stands: it may hold `..` and need not be UTF-8 (path_is_valid). */
export function plainPathProblem(path: string): string | undefined {
  const long = tooLong(path);
  if (long !== undefined || path.length <= 63) return long;
  return path.split('/').some(component => byteLength(component) > 255) ? 'a path whose components have at most 255 bytes' : undefined;
}
