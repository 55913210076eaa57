/** Words that are judged with their specifiers replaced. */
import { type Context, type Fault, fault, nothing, type Outcome, type Reading } from './grammar.ts';
import { expandSpecifiers, possibleContexts, type SpecifierTable, unknownSpecifier } from './specifier.ts';
import { type SplitWord, within } from './split.ts';

/** The whole value as one word. */
export function wholeWord(value: string): SplitWord {
  return { start: 0, end: value.length, text: value };
}

/** A word from an offset of the value to its end. */
export function wordFrom(value: string, start: number): SplitWord {
  return { start, end: value.length, text: value.slice(start) };
}

/** What is wrong with a text that may hold specifiers, by what it becomes: where that is not known, what is wrong whatever it becomes. */
export function problemOf(
  text: string,
  table: SpecifierTable,
  context: Context,
  judge: (text: string, context: Context) => string | undefined,
): string | undefined {
  const problems = possibleContexts(context).map(possible => {
    const { text: made, certain } = expandSpecifiers(text, table, possible);
    return certain ? judge(made, possible) : undefined;
  });
  return problems.every(problem => problem !== undefined) ? problems[0] : undefined;
}

/** The objection to a word: an unknown specifier, or what `judge` would rather see, which gets the text as systemd does. */
export function judgeExpanded(
  word: SplitWord,
  table: SpecifierTable,
  context: Context,
  judge: (text: string, context: Context) => string | undefined,
  otherwise: Outcome = 'ignored',
): Fault | undefined {
  const { text, certain, unknown } = expandSpecifiers(word.text, table, context);
  if (unknown) return unknownSpecifier(within(word, unknown.start, unknown.end), table, otherwise);
  const expected = certain ? judge(text, context) : problemOf(word.text, table, context, judge);
  return expected === undefined ? undefined : fault(word.start, word.end, otherwise, expected);
}

/** A word as a part, or the objection to it. */
export function settled(kind: string, word: SplitWord, objection: Fault | undefined): Reading {
  return objection ? { parts: nothing.parts, faults: [objection] } : { parts: [{ ...word, kind }], faults: nothing.faults };
}
