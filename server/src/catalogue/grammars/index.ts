/** Judges the value of an assignment as systemd would: the facade of the value grammars. */
import { grammarOf } from '../parsers.ts';
import { type Context, type Fault, type Grammar, nothing, type Reading } from './grammar.ts';

export type { Context, Fault, Grammar, Outcome, Part, Reading } from './grammar.ts';

/** What a value reads as, word by word, and what the systemd of the context objects to. Nothing where there is no grammar for the directive. */
export function readValue(section: string, key: string, value: string, context: Context): Reading {
  const grammar = grammarFor(section, key, context);
  if (!grammar || (value === '' && grammar.empty === 'resets')) return nothing;
  return grammar.read(value, context);
}

/**
 * What the systemd of the context objects to in a value; empty when it takes the value or when there is no grammar for the directive.
 * The value is as systemd sees it: continuations joined, stripped. Directives that the version does not know, or names but no longer
 * obeys, are the catalogue's to report: their values are never read, so do not ask for them.
 */
export function judgeValue(section: string, key: string, value: string, context: Context): readonly Fault[] {
  return readValue(section, key, value, context).faults;
}

/** The grammar that reads a directive's value; undefined for unknown directives and where nothing reads the value. */
export function grammarFor(section: string, key: string, { dropIn }: Pick<Context, 'dropIn'>): Grammar | undefined {
  // a scope exists only while it runs: systemd loads drop-ins for it, but never a file of its own
  return section === 'Scope' && !dropIn ? undefined : grammarOf(section, key);
}
