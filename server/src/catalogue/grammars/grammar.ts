/**
 * What a value grammar is: a function that reads the value of one assignment as a given systemd would, and returns what it read,
 * word by word, and what that systemd would object to. Offsets are UTF-16 code units into the value, end exclusive.
 */
import type { Span } from '../../unit/tree.ts';

/** Where a value stands, as far as it changes how systemd reads it. */
export interface Context {
  /** Major version of the systemd that judges: 257. */
  readonly version: number;
  readonly section: string;
  readonly key: string;
  /** `service`, `socket`, ...: the type of the unit that the file belongs to. */
  readonly unitType: string;
  /** Full name of the unit, where the file belongs to exactly one: `hello@.service`. */
  readonly unitName?: string;
  /** Whether the file only adds to a unit: a drop-in or a profile. */
  readonly dropIn?: boolean;
}

/**
 * What becomes of the assignment: `refused` = the unit does not load; `ignored` = the whole line is dropped; `skipped` = the marked
 * word is dropped and the rest is used; `rewritten` = systemd says that it uses something else instead; `used` = it grumbles, but takes the value as it is.
 */
export type Outcome = 'refused' | 'ignored' | 'skipped' | 'rewritten' | 'used';

/** One objection of systemd to a value. */
export interface Fault extends Span {
  /** `error`: the unit is refused (in a drop-in: the rest of the drop-in). `warning`: systemd says something and goes on. */
  readonly effect: 'warning' | 'error';
  readonly outcome: Outcome;
  /** What would be right, to be put after "Expected": `a time span such as 5s or 1h 30min`. For `rewritten` and `used`: a sentence that says what happens. */
  readonly expected: string;
}

/** A word that was read and what it is: `signal`, `unit name`, `path`, `separator`. */
export interface Part extends Span {
  readonly kind: string;
  /** The word as systemd sees it: quotes and escapes resolved, specifiers not. */
  readonly text: string;
}

/** What a grammar read. */
export interface Reading {
  readonly parts: readonly Part[];
  readonly faults: readonly Fault[];
}

/** A named way to read a value. */
export interface Grammar {
  /** What is parsed, in words: `time span`. Unique among grammars that read differently; the oracle counts by it. */
  readonly name: string;
  /** What `Key=` without a value does: restores the default or empties the list, or is read like any other value. */
  readonly empty: 'resets' | 'read';
  readonly read: (value: string, context: Context) => Reading;
  /** The words that may stand here, for completion; absent where they cannot be listed. */
  readonly words?: (context: Context) => readonly string[];
}

/** A reading without parts and faults. */
export const nothing: Reading = Object.freeze({ parts: Object.freeze([]), faults: Object.freeze([]) });

/** An objection; `refused` makes it an error. */
export function fault(start: number, end: number, outcome: Outcome, expected: string): Fault {
  return { start, end, effect: outcome === 'refused' ? 'error' : 'warning', outcome, expected };
}

/** A reading of the whole value as one word of a kind. */
export function whole(kind: string, value: string): Reading {
  return { parts: [{ start: 0, end: value.length, kind, text: value }], faults: nothing.faults };
}

/** A reading that objects to the whole value; the line is ignored, or as `outcome` says. */
export function wrong(value: string, expected: string, outcome: Outcome = 'ignored'): Reading {
  return { parts: nothing.parts, faults: [fault(0, value.length, outcome, expected)] };
}

/** How a grammar of one word is built. */
export interface Scalar {
  readonly name: string;
  /** Kind of the part that is read; the name when absent. */
  readonly kind?: string;
  /** Default: `read`. */
  readonly empty?: Grammar['empty'];
  /** What systemd does about a value that is not accepted. Default: `ignored`. */
  readonly otherwise?: Outcome;
  /** See `Fault.expected`. */
  readonly expected: string | ((context: Context) => string);
  readonly accepts: (value: string, context: Context) => boolean;
  readonly words?: Grammar['words'];
}

/** A grammar whose value is one word, right or wrong as a whole. */
export function scalar({ name, kind = name, empty = 'read', otherwise = 'ignored', expected, accepts, words }: Scalar): Grammar {
  return {
    name,
    empty,
    read: (value, context) =>
      accepts(value, context) ? whole(kind, value) : wrong(value, typeof expected === 'string' ? expected : expected(context), otherwise),
    ...(words && { words }),
  };
}

/** A grammar that reads with `before` until a version and with `then[V]` from version V on. Its name is that of the newest. */
export function byVersion(before: Grammar, then: Readonly<Record<number, Grammar>>): Grammar {
  const steps = Object.entries(then)
    .map(([version, grammar]) => ({ from: Number(version), grammar }))
    .sort((a, b) => b.from - a.from);
  const at = (version: number) => steps.find(step => version >= step.from)?.grammar ?? before;
  const newest = steps[0]?.grammar ?? before;
  return {
    name: newest.name,
    empty: 'read',
    read: (value, context) => {
      const grammar = at(context.version);
      return value === '' && grammar.empty === 'resets' ? nothing : grammar.read(value, context);
    },
    words: context => at(context.version).words?.(context) ?? [],
  };
}

/** A grammar with some of its traits changed. */
export function but(grammar: Grammar, traits: Partial<Grammar>): Grammar {
  return { ...grammar, ...traits };
}
