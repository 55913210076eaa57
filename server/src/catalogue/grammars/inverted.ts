/** Lists after a `~`, which then tell what is not meant. */
import { type Grammar, nothing } from './grammar.ts';

/** The grammar of a list, which may stand after one `~`. */
export function invertible(grammar: Grammar): Grammar {
  return {
    ...grammar,
    read: (value, context) => {
      if (!value.startsWith('~')) return grammar.read(value, context);
      const { parts, faults } = value.length > 1 ? grammar.read(value.slice(1), context) : nothing;
      const moved = <T extends { readonly start: number; readonly end: number }>(item: T) => ({
        ...item,
        start: item.start + 1,
        end: item.end + 1,
      });
      return { parts: [{ start: 0, end: 1, kind: 'inversion', text: '~' }, ...parts.map(moved)], faults: faults.map(moved) };
    },
  };
}
