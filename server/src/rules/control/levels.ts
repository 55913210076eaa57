/** How much a rule counts, where the user says so: in portable-lint.json, or by `--rule`. */
import { nearest } from '../../catalogue/nearest.ts';
import type { KnownCodes, Severity } from '../rule.ts';
import { rules } from '../rules.ts';

/** A severity, or silence. */
export type Level = Severity | 'off';

/** The level that was set for a code; undefined where the table's severity stays. */
export type Levels = (code: string) => Level | undefined;

/** Nothing was set. */
export const noLevels: Levels = () => undefined;

const words: Readonly<Record<string, Level>> = {
  off: 'off',
  hint: 'hint',
  info: 'information',
  information: 'information',
  warning: 'warning',
  error: 'error',
};

/** The levels as they are written, for messages. */
export const levelWords = 'off, hint, info, warning or error';

/** Reads a level; undefined for any other word. */
export const readLevel = (word: string): Level | undefined => (Object.hasOwn(words, word) ? words[word] : undefined);

/** What codes begin with, by who would object (docs/architecture.md); a group may have no rule yet. */
const groups = ['unit', 'install', 'portable', 'image', 'sandbox', 'advice'];

/** Codes in use, and `group/*` for all that begin alike. */
let codes: ReadonlySet<string> | undefined;
function allCodes(): ReadonlySet<string> {
  codes ??= new Set([...rules.map(({ code }) => code), ...groups.map(group => `${group}/*`)]);
  return codes;
}

/** The codes of the table, and their groups. */
export const knownCodes: KnownCodes = {
  has: code => allCodes().has(code),
  nearest: code => nearest(code, [...allCodes()]),
};

const groupOf = (code: string): string => `${code.slice(0, code.indexOf('/'))}/*`;

/** What is wrong with the name of a rule or of a group of rules, in words; undefined if nothing is. */
export function codeFault(code: string): string | undefined {
  if (knownCodes.has(code)) return undefined;
  const meant = knownCodes.nearest(code);
  return `there is no rule ${code || 'without a name'}${meant ? `: did you mean ${meant}?` : '. portable-lint --list-rules prints them'}`;
}

/** Levels out of pairs: a code's own counts more than its group's, and a later one more than an earlier one. */
export function levelsOf(pairs: Iterable<readonly [code: string, level: Level]>): Levels {
  const set = new Map(pairs);
  return set.size === 0 ? noLevels : code => set.get(code) ?? set.get(groupOf(code));
}

/** The first levels count; where they say nothing, the second ones. */
export const layered =
  (first: Levels, second: Levels): Levels =>
  code =>
    first(code) ?? second(code);
