/** Booleans, and enumerations that also take one. */
import { scalar } from './grammar.ts';
import { type EnumerationTraits, enumeration, orList, type Words, words } from './words.ts';

const truth = new Set(['1', 'yes', 'y', 'true', 't', 'on']);
const falsehood = new Set(['0', 'no', 'n', 'false', 'f', 'off']);

/** The truth of a boolean word in any case; undefined when it is none (systemd: parse_boolean). */
export function parseBoolean(word: string): boolean | undefined {
  const lower = word.toLowerCase();
  return truth.has(lower) ? true : falsehood.has(lower) ? false : undefined;
}

const isBoolean = (value: string) => parseBoolean(value) !== undefined;
const expected = 'yes or no (also true, false, on, off, 1, 0)';
const shown = ['yes', 'no'];

/** A boolean; an empty value is not one (config_parse_bool). */
export const boolean = scalar({ name: 'boolean', expected, accepts: isBoolean, words: () => shown });

/** As `boolean`, but a wrong one refuses the unit. */
export const strictBoolean = scalar({ name: 'strict boolean', expected, accepts: isBoolean, otherwise: 'refused', words: () => shown });

/** A boolean that may be unset again by an empty value (config_parse_tristate). */
export const tristate = scalar({ name: 'tristate', expected, accepts: isBoolean, empty: 'resets', words: () => shown });

/** A boolean or one of some words (systemd: string tables with boolean). */
export function booleanOr(name: string, table: string | Words, traits: EnumerationTraits = {}) {
  const known = typeof table === 'string' ? words(table) : table;
  const grammar = enumeration(name, known, { also: isBoolean, ...traits });
  const all = (version: number) => [...shown, ...known.all(version)];
  return scalar({
    name,
    empty: grammar.empty,
    ...(traits.otherwise && { otherwise: traits.otherwise }),
    expected: ({ version }) => orList(all(version)),
    accepts: (value, { version }) => isBoolean(value) || known.has(value, version) || traits.also?.(value) === true,
    words: ({ version }) => all(version),
  });
}
