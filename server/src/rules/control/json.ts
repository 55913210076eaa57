/** JSON with the place of everything in it: for messages that point, and edits that leave the rest as it is. */
import type { Span } from '../../unit/tree.ts';

/** A value and where it stands. */
export type JsonValue = Span &
  (
    | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
    | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** `"key": value`. */
export interface JsonMember {
  readonly key: Span & { readonly text: string };
  readonly value: JsonValue;
}

/** Something that is wrong, and where. */
export interface JsonFault extends Span {
  readonly message: string;
}

/** Deeper nesting is refused: none of our files has it. */
const deepest = 50;

const blanks = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar of JSON leaves them out
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const word = /[A-Za-z]+/y;

class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads a JSON text (RFC 8259). Never throws. */
export function parseJson(text: string): { readonly value: JsonValue } | { readonly fault: JsonFault } {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  try {
    const value = readValue(0);
    skip();
    if (at < text.length) throw new Unreadable('nothing may follow the last bracket', at);
    return { value };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { fault: { start: error.at, end: Math.min(error.at + 1, text.length), message: error.message } };
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found) at += found.length;
    return found;
  }

  function skip() {
    take(blanks);
  }

  /** The character that comes next, blanks aside. */
  function next(): string {
    skip();
    return text[at] ?? '';
  }

  function readString(what: string): Span & { readonly text: string } {
    const start = at;
    const literal = take(string);
    if (literal === undefined) throw new Unreadable(`expected ${what} in double quotes`, start);
    return { start, end: at, text: String(JSON.parse(literal)) };
  }

  function readValue(depth: number): JsonValue {
    const first = next();
    const start = at;
    if (depth > deepest) throw new Unreadable('this is nested too deeply', start);
    if (first === '{') return { kind: 'object', start, members: readList('}', () => readMember(depth)), end: at };
    if (first === '[') return { kind: 'array', start, items: readList(']', () => readValue(depth + 1)), end: at };
    if (first === '"') {
      const { text: value } = readString('a text');
      return { kind: 'string', start, end: at, value };
    }
    const digits = take(number);
    if (digits !== undefined) return { kind: 'number', start, end: at, value: Number(digits) };
    const name = take(word);
    if (name === 'true' || name === 'false') return { kind: 'boolean', start, end: at, value: name === 'true' };
    if (name === 'null') return { kind: 'null', start, end: at };
    throw new Unreadable(first === '' ? 'the text ends too early' : 'expected a value', start);
  }

  function readMember(depth: number): JsonMember {
    const key = readString('a name');
    if (next() !== ':') throw new Unreadable('expected a colon', at);
    at++;
    return { key, value: readValue(depth + 1) };
  }

  /** What stands between an opening bracket and `close`, separated by commas. */
  function readList<T>(close: string, read: () => T): T[] {
    const items: T[] = [];
    at++;
    if (next() === close) {
      at++;
      return items;
    }
    for (;;) {
      skip();
      items.push(read());
      const separator = next();
      if (separator !== ',' && separator !== close) throw new Unreadable(`expected a comma or ${close}`, at);
      at++;
      if (separator === close) return items;
      if (next() === close) throw new Unreadable(`no comma may stand before ${close}`, at);
    }
  }
}
