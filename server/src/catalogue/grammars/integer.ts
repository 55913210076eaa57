/** Whole numbers as systemd's safe_ato* functions read them. */
import { type Grammar, type Outcome, scalar } from './grammar.ts';

/** What a number may look like beside decimal digits. */
export interface NumberStyle {
  /** 0 takes the prefixes 0x, 0o, 0b and 0 (default); 8 and 10 are read as they stand. */
  readonly base?: 0 | 8 | 10;
  readonly refuseSign?: boolean;
  readonly refuseLeadingBlanks?: boolean;
  readonly refuseLeadingZero?: boolean;
}

const digits = {
  0: /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  '0b': /^[01]+$/,
  '0o': /^[0-7]+$/,
} as const;

/** More digits than any number type of C has, in any base. */
const mostDigits = 66;

/** The number that a text is, or undefined; leading blanks and one sign are allowed as strtol does (src/basic/parse-util.c). */
export function parseInteger(
  text: string,
  { base = 0, refuseSign = false, refuseLeadingBlanks = false, refuseLeadingZero = false }: NumberStyle = {},
): bigint | undefined {
  const [blanks = ''] = (refuseLeadingBlanks ? /^(?:[\v\f][ \t\n\r\v\f]*)?/ : /^[ \t\n\r\v\f]*/).exec(text) ?? [];
  const trimmed = text.slice(blanks.length);
  if (refuseSign && /^[-+]/.test(trimmed)) return undefined;
  // 0b and 0o are systemd's own and taken off before C's strtol, which then skips blanks of its own, reads the rest; \v and \f only it knows as blanks
  const own = base === 0 && !/[\v\f]/.test(blanks) ? /^(?:(0[bB])|0[oO])[ \t\n\r\v\f]*/.exec(trimmed) : undefined;
  const prefix = own ? (own[1] ? '0b' : '0o') : '';
  const signed = trimmed.slice(own?.[0].length ?? 0);
  const body = signed.replace(/^[-+]/, '');
  if (!digits[prefix || base].test(body) || (refuseLeadingZero && blanks === '' && /^0./.test(body))) return undefined;
  // no number type holds more; long ones are not even read, as that would cost more than their length
  if (body.replace(/^0[xX]?0*/, '').length > mostDigits) return undefined;
  const octal = base === 8 || (base === 0 && /^0[0-7]+$/.test(body));
  const magnitude = BigInt(prefix ? prefix + body : octal ? `0o${body}` : body.toLowerCase());
  return signed.startsWith('-') ? -magnitude : magnitude;
}

/** The number of decimal digits after an optional plus, none counting as 0; undefined when there are more than any number type of C has. */
export function parseDigits(text: string): bigint | undefined {
  const digits = text.replace(/^\+?0*/, '');
  return digits.length > mostDigits ? undefined : BigInt(digits || '0');
}

/** The limits of C's number types on 64-bit machines, both inclusive. */
export const ranges = {
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  unsigned: [0n, 2n ** 32n - 1n],
  uint8: [0n, 255n],
  uint16: [0n, 65535n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const satisfies Record<string, readonly [bigint, bigint]>;

/** Whether a text is a number between two limits, both inclusive. */
export function isInteger(text: string, [low, high]: readonly [bigint, bigint], style?: NumberStyle): boolean {
  const number = parseInteger(text, style);
  return number !== undefined && number >= low && number <= high;
}

/** How an integer grammar differs from a plain one. */
export interface IntegerTraits extends NumberStyle {
  readonly empty?: Grammar['empty'];
  readonly otherwise?: Outcome;
  /** Words that are accepted too. */
  readonly words?: readonly string[];
}

/** A whole number between two limits, both inclusive. */
export function integer(
  name: string,
  range: readonly [bigint, bigint],
  { empty, otherwise, words, ...style }: IntegerTraits = {},
): Grammar {
  const expected = `a whole number from ${range[0]} to ${range[1]}${words ? `, or ${words.join(' or ')}` : ''}`;
  return scalar({
    name,
    kind: 'number',
    ...(empty && { empty }),
    ...(otherwise && { otherwise }),
    expected,
    accepts: value => isInteger(value, range, style) || words?.includes(value) === true,
    ...(words && { words: () => words }),
  });
}

/** A file mode in octal digits, at most 7777 (parse_mode). */
export function isMode(text: string): boolean {
  return isInteger(text, [0n, 0o7777n], { base: 8, refuseSign: true });
}

/** File mode. */
export const mode = scalar({ name: 'mode', expected: 'a file mode in octal digits, such as 0755', accepts: isMode });
