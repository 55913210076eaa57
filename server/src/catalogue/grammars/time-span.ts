/** Time spans: a sum of numbers with units. */
import { type Grammar, type Outcome, scalar } from './grammar.ts';

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

function parseSum(text: string, table: typeof units, bare: bigint): bigint | undefined {
  const forever = /^\s*infinity(\s*)$/.test(text);
  if (forever) return infinity;
  let sum = 0n;
  let rest = text.trimStart();
  if (rest === '') return undefined;
  while (rest !== '') {
    const number = /^(\+?\d+|(?=\.))(?:\.(\d+))?/.exec(rest);
    if (!number || (number[0] === '' && !rest.startsWith('.'))) return undefined;
    const after = rest.slice(number[0].length);
    if (after.startsWith('.')) return undefined;
    const spaced = after.trimStart();
    const unit = table.find(([name]) => spaced.startsWith(name));
    if (!unit && spaced !== '' && spaced === after) return undefined;
    const multiplier = unit ? unit[1] : bare;
    const whole = BigInt((number[1] ?? '').replace('+', '') || '0');
    if (whole > 2n ** 63n - 1n || whole >= infinity / multiplier || whole * multiplier >= infinity - sum) return undefined;
    sum += whole * multiplier;
    let step = multiplier / 10n;
    for (const digit of number[2] ?? '') {
      if (step === 0n) break;
      sum += BigInt(digit) * step;
      step /= 10n;
    }
    rest = spaced.slice(unit ? unit[0].length : 0).trimStart();
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
