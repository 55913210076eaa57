/** RootImagePolicy=, MountImagePolicy=, ExtensionImagePolicy=: `partition=flag+flag:partition=...` (src/shared/image-policy.c). */
import type { Span } from '../../unit/tree.ts';
import { type Fault, fault, type Grammar, type Part, whole } from './grammar.ts';
import { partitionDesignators } from './images.ts';
import { expectedInstead, type SplitWord, splitWords, within } from './split.ts';
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
      faults.push(fault(Math.min(start, value.length - 1), Math.max(end, Math.min(start + 1, value.length)), 'refused', expected));
    const { words: rules, failure } = splitWords(value, { separators: ':', emptyWords: true });
    if (failure) refuse(failure, expectedInstead(failure));
    for (const rule of rules) {
      const equals = rule.text.indexOf('=');
      if (equals < 0) {
        refuse(rule, 'a rule such as root=verity+signed');
        continue;
      }
      const partition = stripped(rule, 0, equals);
      if (partition.text !== '' && !partitionDesignators.has(partition.text, version)) {
        if (version < skipsUnknown) refuse(partition, orList(partitionDesignators.all(version)));
        continue;
      }
      if (seen.has(partition.text)) refuse(rule, 'one rule for each partition');
      else parts.push({ ...partition, kind: 'partition' });
      seen.add(partition.text);
      const use = stripped(rule, equals + 1, rule.text.length);
      if (['', '-'].includes(use.text)) continue;
      const { words: pieces, failure: broken } = splitWords(use.text, { separators: '+', emptyWords: true });
      if (broken) refuse(within(use, broken.start, broken.end), expectedInstead(broken));
      for (const piece of pieces) {
        const flag = stripped({ ...within(use, piece.start, piece.end), text: piece.text }, 0, piece.text.length);
        if (flags.has(flag.text, version)) parts.push({ ...flag, kind: 'flag' });
        else if (version < skipsUnknown) refuse(flag, orList(flags.all(version)));
      }
    }
    return { parts, faults };
  },
  words: ({ version }) => [...symbols, ...partitionDesignators.all(version).map(partition => `${partition}=`), ...flags.all(version)],
};

/** A stretch of a word without the blanks around it. */
function stripped(word: SplitWord, from: number, to: number): SplitWord {
  let start = from;
  let end = to;
  while (start < end && blank(word.text[start])) start++;
  while (end > start && blank(word.text[end - 1])) end--;
  return { ...within(word, start, end), text: word.text.slice(start, end) };
}

const blank = (c: string | undefined): boolean => c === ' ' || c === '\t';
