/** Words as systemd's extract_first_word takes them out of a value (src/basic/extract-word.c), each with its place. */
import type { Span } from '../../unit/tree.ts';

/** How words are told apart; each directive has its own mix. */
export interface SplitStyle {
  /** Characters between words. Default: blank, tab, line ends. */
  readonly separators?: string;
  /** `"` and `'` hold a word together and vanish (EXTRACT_UNQUOTE), or hold it together and stay (EXTRACT_KEEP_QUOTE). */
  readonly quotes?: 'remove' | 'keep';
  /** `\n`, `\x20`, ... are resolved; another escape is a failure (EXTRACT_CUNESCAPE). */
  readonly escapes?: boolean;
  /** The systemd that resolves them; the newest when absent. */
  readonly version?: number;
  /** An unknown escape and a backslash at the end stay as they are (EXTRACT_UNESCAPE_RELAX). */
  readonly keepUnknownEscapes?: boolean;
  /** A backslash before a separator, or before itself, makes it plain (EXTRACT_UNESCAPE_SEPARATORS). */
  readonly escapedSeparators?: boolean;
  /** A backslash is a character like any other (EXTRACT_RETAIN_ESCAPE). Otherwise, without the three above, it vanishes. */
  readonly plainBackslash?: boolean;
  /** Every separator counts, so that there are empty words (EXTRACT_DONT_COALESCE_SEPARATORS). */
  readonly emptyWords?: boolean;
  /** Open quotes and a backslash at the end are no failure (EXTRACT_RELAX). */
  readonly relaxed?: boolean;
}

/** A word with quotes and escapes resolved, and where it stands in the value, quotes included. Bytes above 0x7f that came from escapes are U+DC00 + byte. */
export interface SplitWord extends Span {
  readonly text: string;
}

/** Where and why the words end early. */
export interface SplitFailure extends Span {
  readonly reason: 'open quote' | 'unknown escape' | 'backslash at the end';
}

/** The words of a value; with a failure, those before it. */
export interface Split {
  readonly words: readonly SplitWord[];
  readonly failure?: SplitFailure;
  /** Where the part after the last word taken begins; absent when nothing is left (extract_first_word's NULL). */
  readonly rest?: number;
}

const blanks = ' \t\n\r';
const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  s: ' ',
};

/** Characters that Unicode keeps free; `\U` does not take them, `\u` does (unichar_is_valid). */
const isNonCharacter = (code: number): boolean => (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;

/** From this version on half a pair of UTF-16 is no character; before, it stood for the three bytes that it would have in UTF-8. */
const surrogatesRefused = 262;

const asBytes = (code: number): string =>
  String.fromCharCode(...[0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)].map(byte => 0xdc00 + byte));

/** The character that an escape stands for and how long it is after the backslash; undefined when it is none (src/basic/escape.c, cunescape_one). */
export function unescapeOne(
  value: string,
  at: number,
  version = surrogatesRefused,
): { readonly text: string; readonly length: number } | undefined {
  const first = value[at] ?? '';
  const simple = simpleEscapes[first];
  if (simple !== undefined) return { text: simple, length: 1 };
  const coded = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(value.slice(at, at + 9));
  if (!coded) return undefined;
  const [all, hex, four, eight, octal] = coded;
  const code = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(hex ?? four ?? eight ?? '', 16);
  if (code === 0) return undefined;
  if (hex !== undefined || octal !== undefined) {
    if (code > 255) return undefined;
    return { text: String.fromCharCode(code > 127 ? 0xdc00 + code : code), length: all.length };
  }
  if (four !== undefined && version < surrogatesRefused && code >= 0xd800 && code <= 0xdfff)
    return { text: asBytes(code), length: all.length };
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || (eight !== undefined && isNonCharacter(code))) return undefined;
  return { text: String.fromCodePoint(code), length: all.length };
}

/** Takes up to `limit` words out of a value, from an offset on. */
export function splitWords(value: string, style: SplitStyle = {}, { from = 0, limit = Number.POSITIVE_INFINITY } = {}): Split {
  const words: SplitWord[] = [];
  let at: number | undefined = from;
  while (at !== undefined && words.length < limit) {
    const step = firstWord(value, at, style);
    if ('reason' in step) return { words, failure: step };
    if (step.word) words.push(step.word);
    at = step.next;
  }
  return at === undefined ? { words } : { words, rest: at };
}

type Step = { readonly word?: SplitWord; readonly next: number | undefined };

/** Where a word ends in which nothing is quoted or escaped; undefined when something is. */
function plainEnd(value: string, start: number, { separators = blanks, quotes, plainBackslash }: SplitStyle): number | undefined {
  let at = start;
  for (; at < value.length; at++) {
    const c = value[at] ?? '';
    if (separators.includes(c)) return at;
    if ((c === '\\' && !plainBackslash) || (quotes && (c === '"' || c === "'"))) return undefined;
  }
  return at;
}

/** What follows a word that ends at a separator or at the end. */
function after(value: string, word: SplitWord, { separators = blanks, emptyWords }: SplitStyle): Step {
  if (word.end >= value.length) return { word, next: undefined };
  if (emptyWords) return { word, next: word.end + 1 };
  let next = word.end;
  while (next < value.length && separators.includes(value[next] ?? '')) next++;
  return { word, next: next < value.length ? next : undefined };
}

function firstWord(value: string, from: number, style: SplitStyle): Step | SplitFailure {
  const {
    separators = blanks,
    quotes,
    escapes,
    keepUnknownEscapes,
    escapedSeparators,
    plainBackslash,
    emptyWords,
    relaxed,
    version,
  } = style;
  const separates = (i: number) => separators.includes(value[i] ?? '\0');
  let at = from;
  if (emptyWords) {
    if (at >= value.length) return { word: { start: at, end: at, text: '' }, next: undefined };
    if (separates(at)) return { word: { start: at, end: at, text: '' }, next: at + 1 };
  } else {
    while (at < value.length && separates(at)) at++;
    if (at >= value.length) return { next: undefined };
  }
  const start = at;
  const plain = plainEnd(value, start, style);
  if (plain !== undefined) return after(value, { start, end: plain, text: value.slice(start, plain) }, style);
  let text = '';
  let quote: string | undefined;
  let opened = at;
  for (; at < value.length; at++) {
    const c = value[at] ?? '';
    if (c === '\\' && !plainBackslash) {
      const next = value[at + 1];
      if (next === undefined) {
        if (keepUnknownEscapes && (quote === undefined || relaxed))
          return { word: { start, end: value.length, text: `${text}\\` }, next: undefined };
        if (relaxed) return { word: { start, end: value.length, text }, next: undefined };
        return { start: at, end: value.length, reason: 'backslash at the end' };
      }
      const escaped = escapes ? unescapeOne(value, at + 1, version) : undefined;
      if (escaped) {
        text += escaped.text;
        at += escaped.length;
      } else if (escapedSeparators && (next === '\\' || separates(at + 1))) {
        text += next;
        at++;
      } else if (!escapes && !escapedSeparators) {
        text += next;
        at++;
      } else if (keepUnknownEscapes) {
        text += `\\${next}`;
        at++;
      } else return { start: at, end: at + 2, reason: 'unknown escape' };
    } else if (quote !== undefined) {
      if (c === quote) quote = undefined;
      if (quote !== undefined || quotes === 'keep') text += c;
    } else if ((c === '"' || c === "'") && quotes) {
      quote = c;
      opened = at;
      if (quotes === 'keep') text += c;
    } else if (separates(at)) return after(value, { start, end: at, text }, style);
    else text += c;
  }
  if (quote !== undefined && !relaxed) return { start: opened, end: value.length, reason: 'open quote' };
  return { word: { start, end: value.length, text }, next: undefined };
}

/** What would have been right where words end early, to be put after "Expected". */
export function expectedInstead({ reason }: SplitFailure): string {
  if (reason === 'open quote') return 'a closing quote';
  return reason === 'unknown escape' ? 'a known escape such as \\n, \\t, \\x20 or \\\\' : 'something after the backslash';
}

/** The span of a piece of a word's text; the whole word where quotes or escapes hide the place. */
export function within(word: SplitWord, from: number, to: number): Span {
  const plain = word.end - word.start === word.text.length;
  return plain ? { start: word.start + from, end: word.start + to } : { start: word.start, end: word.end };
}
