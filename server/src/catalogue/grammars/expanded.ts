/** Words that are judged with their specifiers replaced. */
import { type Context, type Fault, fault, nothing, type Outcome, type Reading } from './grammar.ts';
import { expandSpecifiers, type SpecifierTable, unknownSpecifier } from './specifier.ts';
import { type SplitWord, within } from './split.ts';

/** The whole value as one word. */
export function wholeWord(value: string): SplitWord {
  return { start: 0, end: value.length, text: value };
}

/** A word from an offset of the value to its end. */
export function wordFrom(value: string, start: number): SplitWord {
  return { start, end: value.length, text: value.slice(start) };
}

/**
 * The objection to a word: an unknown specifier, or what `judge` would rather see, which gets the text as systemd does. Nothing is said
 * where the text cannot be known before the unit runs.
 */
export function judgeExpanded(
  word: SplitWord,
  table: SpecifierTable,
  context: Context,
  judge: (text: string) => string | undefined,
  otherwise: Outcome = 'ignored',
): Fault | undefined {
  const { text, certain, unknown } = expandSpecifiers(word.text, table, context);
  if (unknown) return unknownSpecifier(within(word, unknown.start, unknown.end), table, otherwise);
  const expected = certain ? judge(text) : undefined;
  return expected === undefined ? undefined : fault(word.start, word.end, otherwise, expected);
}

/** A word as a part, or the objection to it. */
export function settled(kind: string, word: SplitWord, objection: Fault | undefined): Reading {
  return objection ? { parts: nothing.parts, faults: [objection] } : { parts: [{ ...word, kind }], faults: nothing.faults };
}
