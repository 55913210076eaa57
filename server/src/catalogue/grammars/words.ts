/** Tables of words that systemd knows, each with the versions that know it. */
import { type Grammar, type Outcome, scalar } from './grammar.ts';

/** A set of words, some of them only in some versions. */
export interface Words {
  readonly has: (word: string, version: number) => boolean;
  readonly all: (version: number) => readonly string[];
}

/**
 * Reads a table written as words apart by blanks; `word@253` is known from version 253 on, `word@-257` up to and with 257,
 * `word@250-257` between them. The table is taken apart when first asked.
 */
export function words(table: string): Words {
  let known: ReadonlyMap<string, readonly [from: number, to: number]> | undefined;
  const rows = () => {
    known ??= new Map(
      table
        .trim()
        .split(/\s+/)
        .map(entry => {
          const [, word = '', from, to] = /^(.+?)(?:@(\d*)(?:-(\d+))?)?$/.exec(entry) ?? [];
          return [word, [Number(from || 0), Number(to || Number.POSITIVE_INFINITY)] as const];
        }),
    );
    return known;
  };
  return {
    has: (word, version) => {
      const range = rows().get(word);
      return range !== undefined && version >= range[0] && version <= range[1];
    },
    all: version => [...rows()].filter(([, [from, to]]) => version >= from && version <= to).map(([word]) => word),
  };
}

/** `a, b or c`. */
export function orList(list: readonly string[]): string {
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
}

/** How an enumeration differs from a plain one. */
interface EnumerationTraits {
  readonly empty?: Grammar['empty'];
  readonly otherwise?: Outcome;
  /** What else is accepted beside the words. */
  readonly also?: (value: string) => boolean;
  /** The words of `also` as they are named in a message: `a number`. */
  readonly alsoCalled?: string;
}

/** A grammar of exactly one word out of a table (systemd: DEFINE_CONFIG_PARSE_ENUM, string tables). */
export function enumeration(name: string, table: string | Words, { empty, otherwise, also, alsoCalled }: EnumerationTraits = {}): Grammar {
  const known = typeof table === 'string' ? words(table) : table;
  return scalar({
    name,
    ...(empty && { empty }),
    ...(otherwise && { otherwise }),
    expected: ({ version }) => orList(alsoCalled ? [...known.all(version), alsoCalled] : known.all(version)),
    accepts: (value, { version }) => known.has(value, version) || also?.(value) === true,
    words: ({ version }) => known.all(version),
  });
}
