/** Lists: values of several words, each judged by itself. */
import { type Context, type Fault, fault, type Grammar, type Outcome, type Part } from './grammar.ts';
import { expectedInstead, type SplitStyle, type SplitWord, splitWords } from './split.ts';

/** How a grammar of a list is built. */
export interface List {
  readonly name: string;
  /** What a word is, for parts. */
  readonly kind: string;
  readonly split?: SplitStyle;
  /** Default: `resets`. */
  readonly empty?: Grammar['empty'];
  /** What is wrong with a word: what would be right, or a finished fault, or nothing. */
  readonly judge: (word: SplitWord, context: Context) => string | Fault | undefined;
  /** What systemd does about a wrong word. `skipped` (default) goes on with the next word, `ignored` and `refused` end there. */
  readonly otherwise?: Outcome;
  /** What systemd does when quotes or escapes are broken. Default: `ignored`. */
  readonly broken?: Outcome;
  readonly words?: Grammar['words'];
}

/** A grammar of words apart by separators, each right or wrong by itself. */
export function list({ name, kind, split = {}, empty = 'resets', judge, otherwise = 'skipped', broken = 'ignored', words }: List): Grammar {
  return {
    name,
    empty,
    read: (value, context) => {
      const parts: Part[] = [];
      const faults: Fault[] = [];
      const { words: found, failure } = splitWords(value, split.escapes ? { ...split, version: context.version } : split);
      for (const word of found) {
        const said = judge(word, context);
        if (said === undefined) parts.push({ ...word, kind });
        else {
          faults.push(typeof said === 'string' ? fault(word.start, word.end, otherwise, said) : said);
          if (otherwise !== 'skipped') return { parts, faults };
        }
      }
      if (failure) faults.push(fault(failure.start, failure.end, broken, expectedInstead(failure)));
      return { parts, faults };
    },
    ...(words && { words }),
  };
}
