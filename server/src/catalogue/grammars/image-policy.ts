/** RootImagePolicy=, MountImagePolicy=, ExtensionImagePolicy=: `partition=flag+flag:partition=...` (src/shared/image-policy.c). */
import type { Span } from '../../unit/tree.ts';
import { type Fault, fault, type Grammar, type Part, whole } from './grammar.ts';
import { partitionDesignators } from './images.ts';
import { orList, words } from './words.ts';

const flags = words(`
  verity signed encrypted unprotected unused absent open ignore read-only-on read-only-off growfs-on growfs-off
  btrfs@258 erofs@258 ext4@258 f2fs@258 squashfs@258 vfat@258 xfs@258`);

/** All may be used, none may be used, none may exist. */
const symbols = ['*', '-', '~'];

/** First version that skips partitions and flags that it does not know, in silence, instead of refusing the unit. */
const skipsUnknown = 258;

/**
 * A policy (image_policy_from_string): a symbol, or rules of a partition (none: all others), `=` and flags (none, or `-`: the default).
 * What is wrong refuses the unit, although systemd's message names no error (config_parse_image_policy returns it).
 */
export const imagePolicy: Grammar = {
  name: 'image policy',
  empty: 'resets',
  read: (value, { version }) => {
    if (symbols.includes(value)) return whole('policy', value);
    const parts: Part[] = [];
    const faults: Fault[] = [];
    const seen = new Set<string>();
    const refuse = ({ start, end }: Span, expected: string) =>
      faults.push(
        fault(
          start === end && end === value.length ? start - 1 : start,
          Math.min(Math.max(end, start + 1), value.length),
          'refused',
          expected,
        ),
      );
    for (const rule of pieces(value, 0, value.length, ':')) {
      const equals = value.slice(rule.start, rule.end).indexOf('=');
      if (equals < 0) {
        refuse(rule, 'a rule such as root=verity+signed');
        continue;
      }
      const partition = stripped(value, rule.start, rule.start + equals);
      const name = value.slice(partition.start, partition.end);
      if (name !== '' && !partitionDesignators.has(name, version)) {
        if (version < skipsUnknown) refuse(partition, orList(partitionDesignators.all(version)));
      } else if (seen.has(name)) refuse(rule, 'one rule for each partition');
      else parts.push({ ...partition, kind: 'partition', text: name });
      if (partitionDesignators.has(name, version) || name === '') seen.add(name);
      const use = stripped(value, rule.start + equals + 1, rule.end);
      if (['', '-'].includes(value.slice(use.start, use.end))) continue;
      for (const piece of pieces(value, use.start, use.end, '+')) {
        const flag = stripped(value, piece.start, piece.end);
        const text = value.slice(flag.start, flag.end);
        if (flags.has(text, version)) parts.push({ ...flag, kind: 'flag', text });
        else if (version < skipsUnknown) refuse(flag, orList(flags.all(version)));
      }
    }
    return { parts, faults };
  },
  words: ({ version }) => [...symbols, ...partitionDesignators.all(version).map(partition => `${partition}=`), ...flags.all(version)],
};

/** What stands between separators. */
function* pieces(value: string, from: number, to: number, separator: string): Generator<Span> {
  let start = from;
  for (let at = from; at <= to; at++) {
    if (at < to && value[at] !== separator) continue;
    yield { start, end: at };
    start = at + 1;
  }
}

/** A stretch without the blanks around it. */
function stripped(value: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && blank(value[start])) start++;
  while (end > start && blank(value[end - 1])) end--;
  return { start, end };
}

const blank = (c: string | undefined): boolean => c === ' ' || c === '\t';
