/** Sizes: a sum of numbers with suffixes, each smaller than the one before. */
import { type Grammar, type Outcome, scalar } from './grammar.ts';
import { parseDigits } from './integer.ts';

const suffixes = ['E', 'P', 'T', 'G', 'M', 'K', 'B', ''] as const;
const most = 2n ** 64n - 1n;

/** The number of bytes of a text such as `1.5G` to the base 1024 or 1000, or undefined when it is none (src/basic/parse-util.c, parse_size). */
export function parseSize(text: string, base: 1000n | 1024n = 1024n): bigint | undefined {
  let sum = 0n;
  let rest = text;
  let from = 0;
  do {
    const number = /^[ \t\n\r\v\f]*(\+?\d+)(?:\.(\d*))?[ \t\n\r]*/.exec(rest);
    if (!number) return undefined;
    rest = rest.slice(number[0].length);
    const at = suffixes.findIndex((suffix, i) => i >= from && rest.startsWith(suffix));
    const suffix = suffixes[at];
    if (suffix === undefined) return undefined;
    const factor = suffix === '' ? 1n : base ** BigInt(6 - at);
    const digits = number[2] ?? '';
    const tenths = parseDigits(digits);
    const whole = parseDigits(number[1] ?? '');
    if (whole === undefined || tenths === undefined || tenths > most) return undefined;
    // a fraction with that many leading zeros is none
    const fraction = digits.length > 60 ? 0n : (tenths * factor) / 10n ** BigInt(digits.length);
    // the check overflows like the product, so that the very largest number with a fraction passes
    if (whole > most || BigInt.asUintN(64, whole + (fraction > 0n ? 1n : 0n)) > most / factor) return undefined;
    sum += BigInt.asUintN(64, whole * factor + fraction);
    if (sum > most) return undefined;
    rest = rest.slice(suffix.length);
    from = at + 1;
  } while (rest !== '');
  return sum;
}

/** How a size grammar differs from a plain one. */
export interface SizeTraits {
  readonly empty?: Grammar['empty'];
  readonly otherwise?: Outcome;
  readonly words?: readonly string[];
  readonly also?: (bytes: bigint) => boolean;
}

/** A grammar of one size to the base 1024. */
export function sizeGrammar(name: string, { empty, otherwise, words, also = () => true }: SizeTraits = {}): Grammar {
  return scalar({
    name,
    kind: 'size',
    ...(empty && { empty }),
    ...(otherwise && { otherwise }),
    expected: `a number of bytes such as 4096, 64K or 1.5G${words ? `, or ${words.join(' or ')}` : ''}`,
    accepts: value => {
      if (words?.includes(value)) return true;
      const bytes = parseSize(value);
      return bytes !== undefined && also(bytes);
    },
    ...(words && { words: () => words }),
  });
}

/** Bytes (config_parse_iec_size). */
export const size = sizeGrammar('size');
