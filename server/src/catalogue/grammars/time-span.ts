/** Time spans: a sum of numbers with units. */
import { type Grammar, type Outcome, scalar } from './grammar.ts';
import { parseDigits } from './integer.ts';

const us = 1n;
const second = 1_000_000n * us;
const day = 24n * 3600n * second;

/** Units in microseconds, longest spelling first where one begins like another (src/basic/time-util.c, extract_multiplier). */
const units: readonly (readonly [string, bigint])[] = [
  ['seconds', second],
  ['second', second],
  ['sec', second],
  ['s', second],
  ['minutes', 60n * second],
  ['minute', 60n * second],
  ['min', 60n * second],
  ['months', 2_629_800n * second],
  ['month', 2_629_800n * second],
  ['M', 2_629_800n * second],
  ['msec', 1000n * us],
  ['ms', 1000n * us],
  ['m', 60n * second],
  ['hours', 3600n * second],
  ['hour', 3600n * second],
  ['hr', 3600n * second],
  ['h', 3600n * second],
  ['days', day],
  ['day', day],
  ['d', day],
  ['weeks', 7n * day],
  ['week', 7n * day],
  ['w', 7n * day],
  ['years', 31_557_600n * second],
  ['year', 31_557_600n * second],
  ['y', 31_557_600n * second],
  ['usec', us],
  ['us', us],
  ['\u03bcs', us],
  ['\u00b5s', us],
];

/** The same in nanoseconds, with the two spellings of nanoseconds (extract_nsec_multiplier). */
const nanoUnits: readonly (readonly [string, bigint])[] = [
  ...units.map(([name, span]) => [name, span * 1000n] as const),
  ['nsec', 1n],
  ['ns', 1n],
];

/** Never: the largest 64-bit number. */
export const infinity = 2n ** 64n - 1n;

/** A number with its fraction, and the blanks after it. */
const number = /(?:[ \t\n\r\v\f]*(\+?\d+))?(?:\.(\d+))?([ \t\n\r]*)/y;

function unitPattern(table: typeof units): RegExp {
  return new RegExp(table.map(([name]) => name).join('|'), 'y');
}

interface KnownUnits {
  readonly pattern: RegExp;
  readonly spans: ReadonlyMap<string, bigint>;
}

const knownUnits = new Map<typeof units, KnownUnits>();

/** A table made fit to search in, when first asked for. */
function knownIn(table: typeof units): KnownUnits {
  const known = knownUnits.get(table) ?? { pattern: unitPattern(table), spans: new Map(table) };
  knownUnits.set(table, known);
  return known;
}

function parseSum(text: string, table: typeof units, bare: bigint): bigint | undefined {
  if (/^[ \t\n\r]*infinity[ \t\n\r]*$/.test(text)) return infinity;
  const known = knownIn(table);
  let at = text.search(/[^ \t\n\r]/);
  if (at < 0) return undefined;
  let sum = 0n;
  while (at < text.length) {
    number.lastIndex = at;
    const [all = '', whole, fraction, blanks = ''] = number.exec(text) ?? [];
    if (whole === undefined && fraction === undefined) return undefined;
    at += all.length;
    known.pattern.lastIndex = at;
    const unit = known.pattern.exec(text)?.[0] ?? '';
    // what follows a number is a unit, a blank or the end
    if (unit === '' && blanks === '' && at < text.length) return undefined;
    const span = known.spans.get(unit) ?? bare;
    const count = parseDigits(whole ?? '') ?? infinity;
    if (count > 2n ** 63n - 1n || count >= infinity / span || count * span >= infinity - sum) return undefined;
    sum += count * span;
    let step = span / 10n;
    for (let i = 0; fraction !== undefined && i < fraction.length && step > 0n; i++, step /= 10n) sum += BigInt(fraction[i] ?? '0') * step;
    at += unit.length;
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++;
  }
  return sum;
}

/** The span in microseconds of a text such as `1h 30min`, a bare number counting seconds or as `bare` says; `infinity`; undefined when it is none (parse_time). */
export function parseTimeSpan(text: string, bare: bigint = second): bigint | undefined {
  return parseSum(text, units, bare);
}

/** The span in nanoseconds, a bare number counting nanoseconds (parse_nsec). */
export function parseNanoseconds(text: string): bigint | undefined {
  return parseSum(text, nanoUnits, 1n);
}

const expected = 'a time span such as 5s, 1h 30min or infinity (a bare number counts seconds)';

/** How a time span differs from a plain one. */
export interface TimeTraits {
  readonly empty?: Grammar['empty'];
  readonly otherwise?: Outcome;
  readonly also?: (microseconds: bigint) => boolean;
  readonly expected?: string;
}

/** A grammar of one time span. */
export function timeSpanGrammar(
  name: string,
  { empty, otherwise, also = () => true, expected: said = expected }: TimeTraits = {},
): Grammar {
  return scalar({
    name,
    kind: 'time span',
    ...(empty && { empty }),
    ...(otherwise && { otherwise }),
    expected: said,
    accepts: value => {
      const span = parseTimeSpan(value);
      return span !== undefined && also(span);
    },
    words: () => ['infinity'],
  });
}

/** Seconds, any span (config_parse_sec). */
export const timeSpan = timeSpanGrammar('time span');

/** As `timeSpan`, empty restores the default (config_parse_sec_def_infinity, config_parse_sec_def_unset). */
export const resettableTimeSpan = timeSpanGrammar('resettable time span', { empty: 'resets' });

/** Nanoseconds (config_parse_nsec). */
export const nanoseconds = scalar({
  name: 'nanoseconds',
  kind: 'time span',
  expected: 'a time span such as 50us or 1ms (a bare number counts nanoseconds)',
  accepts: value => parseNanoseconds(value) !== undefined,
});
