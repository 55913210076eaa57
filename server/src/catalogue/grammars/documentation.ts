/** Documentation=: addresses apart by blanks (config_parse_documentation, src/basic/web-util.c). */
import { isAscii } from './ascii.ts';
import { type Fault, fault, type Grammar, nothing, whole } from './grammar.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { expectedInstead, splitWords } from './split.ts';

const scheme = /^(?:https?:\/\/|file:\/|info:|man:)./s;
const isAddress = (text: string) => scheme.test(text) && isAscii(text);
const expected = 'an address in ASCII that begins with https://, http://, file:/, info: or man:';

/** Documentation addresses; a wrong one is left out. Specifiers are replaced before words are told apart. */
export const documentation: Grammar = {
  name: 'documentation',
  empty: 'resets',
  read: (value, context) => {
    const { text, certain, unknown } = expandSpecifiers(value, 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full')] };
    if (!certain) return whole('address', value);
    const { words, failure } = splitWords(text, { quotes: 'remove', plainBackslash: true });
    // places in the value are only known where the specifiers left it as it was
    const place = (start: number, end: number) => (text === value ? { start, end } : { start: 0, end: value.length });
    const objection = (at: { start: number; end: number }, outcome: Fault['outcome'], what: string) =>
      fault(at.start, at.end, outcome, what);
    if (failure)
      return { parts: nothing.parts, faults: [objection(place(failure.start, failure.end), 'ignored', expectedInstead(failure))] };
    return {
      parts: words.filter(word => isAddress(word.text)).map(word => ({ ...place(word.start, word.end), kind: 'address', text: word.text })),
      faults: words.filter(word => !isAddress(word.text)).map(word => objection(place(word.start, word.end), 'skipped', expected)),
    };
  },
  words: () => ['https://', 'http://', 'file:/', 'info:', 'man:'],
};
