/** RootImagePolicy=, MountImagePolicy=, ExtensionImagePolicy=: `partition=flag+flag:partition=...` (src/shared/image-policy.c). */
import { type Grammar, nothing, type Part, whole } from './grammar.ts';
import { partitionDesignators } from './images.ts';
import { splitWords } from './split.ts';
import { words } from './words.ts';

const flags = words(`
  verity signed encrypted unprotected unused absent open ignore read-only-on read-only-off growfs-on growfs-off
  btrfs@258 erofs@258 ext4@258 f2fs@258 squashfs@258 vfat@258 xfs@258`);

/** All may be used, none may be used, none may exist. */
const symbols = ['*', '-', '~'];

/**
 * The words of a policy. It is not judged here: the checks of systemd differ too much from version to version (up to 257 an unknown
 * partition or flag refuses the unit, later it is skipped in silence), and what they make of a value is a matter of advice.
 */
export const imagePolicy: Grammar = {
  name: 'image policy',
  empty: 'resets',
  read: value => {
    if (symbols.includes(value)) return whole('policy', value);
    const parts: Part[] = [];
    for (const rule of splitWords(value, { separators: ':' }).words) {
      const equals = rule.text.indexOf('=');
      if (equals < 0) continue;
      parts.push({ start: rule.start, end: rule.start + equals, kind: 'partition', text: rule.text.slice(0, equals) });
      const from = rule.start + equals + 1;
      for (const flag of splitWords(value.slice(from, rule.end), { separators: '+' }).words) {
        parts.push({ start: from + flag.start, end: from + flag.end, kind: 'flag', text: flag.text });
      }
    }
    return { parts, faults: nothing.faults };
  },
  words: ({ version }) => [...symbols, ...partitionDesignators.all(version).map(partition => `${partition}=`), ...flags.all(version)],
};
