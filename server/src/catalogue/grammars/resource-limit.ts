/** Limit*=: one value for both, or `soft:hard` (src/basic/rlimit-util.c, rlimit_parse). */
import { type Fault, fault, type Grammar } from './grammar.ts';
import { parseInteger } from './integer.ts';
import { parseSize } from './size.ts';
import { splitWords } from './split.ts';
import { infinity, parseTimeSpan } from './time-span.ts';

/** What a limit counts. */
export type LimitUnit = 'size' | 'count' | 'sec' | 'usec' | 'nice';

interface LimitKind {
  readonly expected: string;
  /** Whether `infinity` is one. */
  readonly endless: boolean;
  /** The limit as the kernel takes it; undefined when the text is none. */
  readonly parse: (text: string) => bigint | undefined;
}

const second = 1_000_000n;
const below = (number: bigint | undefined) => (number !== undefined && number < infinity ? number : undefined);

const kinds: Readonly<Record<LimitUnit, LimitKind>> = {
  size: { endless: true, expected: 'a number of bytes such as 64M', parse: text => below(parseSize(text)) },
  count: {
    endless: true,
    expected: 'a whole number',
    parse: text => {
      const number = parseInteger(text);
      return number !== undefined && number >= 0n ? below(number) : undefined;
    },
  },
  sec: {
    endless: true,
    expected: 'a time span such as 30s (whole seconds count)',
    parse: text => {
      const span = parseTimeSpan(text);
      // rounded up to whole seconds, as the kernel counts
      return span === undefined || span === infinity ? span : (span + second - 1n) / second;
    },
  },
  usec: {
    endless: true,
    expected: 'a time span such as 500ms (a bare number counts microseconds)',
    parse: text => parseTimeSpan(text, 1n),
  },
  nice: {
    endless: false,
    expected: 'a nice level with its sign, from -20 to +19, or a whole number from 0 to 40',
    parse: text => {
      const sign = /^[+-]/.exec(text)?.[0];
      const number = parseInteger(sign === undefined ? text : text.slice(1));
      if (number === undefined || number < 0n || number > (sign === undefined ? 40n : sign === '+' ? 19n : 20n)) return undefined;
      return sign === undefined ? number : sign === '+' ? 20n - number : 20n + number;
    },
  },
};

/** A grammar of one kind of limit (config_parse_rlimit); an empty value is none. */
export function resourceLimit(unit: LimitUnit): Grammar {
  const { expected, endless, parse } = kinds[unit];
  const limit = (text: string) => (endless && text === 'infinity' ? infinity : parse(text));
  return {
    name: `limit (${unit})`,
    empty: 'read',
    read: value => {
      const { words, rest, failure } = splitWords(value, { separators: ':', emptyWords: true }, { limit: 2 });
      const faults: Fault[] = [];
      const parts = words.map(word => ({ ...word, kind: 'limit' }));
      const limits = parts.map(({ text }) => limit(text));
      const bad = failure ?? parts[limits.indexOf(undefined)];
      const [soft, hard] = limits;
      if (bad) faults.push(fault(bad.start, bad.end, 'ignored', endless ? `${expected}, or infinity` : expected));
      else if (rest !== undefined && rest < value.length)
        faults.push(fault(rest, value.length, 'ignored', 'at most a soft and a hard limit'));
      else if (soft !== undefined && hard !== undefined && soft > hard)
        faults.push(fault(0, value.length, 'ignored', 'a soft limit that is not above the hard one'));
      return { parts, faults };
    },
    ...(endless && { words: () => ['infinity'] }),
  };
}
