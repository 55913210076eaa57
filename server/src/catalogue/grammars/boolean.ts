/** Booleans, and enumerations that also take one. */
import { scalar } from './grammar.ts';
import { orList, words } from './words.ts';

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
export function booleanOr(name: string, table: string) {
  const known = words(table);
  const all = (version: number) => [...shown, ...known.all(version)];
  return scalar({
    name,
    expected: ({ version }) => orList(all(version)),
    accepts: (value, { version }) => isBoolean(value) || known.has(value, version),
    words: ({ version }) => all(version),
  });
}
