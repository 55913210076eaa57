/** Comments that are to silence rules which do not exist. */
import type { Word } from '../unit/tree.ts';
import type { KnownCodes, Report } from './rule.ts';
import { quoted } from './wording.ts';

/** A code that no rule and no group of rules has. */
export function unknownCode({ text, start, end }: Word, codes: KnownCodes): Report | undefined {
  if (codes.has(text)) return undefined;
  const meant = codes.nearest(text);
  const hint = meant ? `Did you mean ${meant}?` : 'portable-lint --list-rules prints them.';
  return {
    start,
    end,
    message: `There is no rule ${quoted(text)}, so this silences nothing. ${hint}`,
    remedies: meant ? [{ kind: 'replace', title: `Change to ${meant}`, text: meant }] : [],
  };
}
