/** Words as extract_first_word takes them (src/test/test-extract-word.c has the like). */
import { expect, test } from 'vitest';
import { type SplitStyle, splitWords } from '../../../server/src/catalogue/grammars/split.ts';

const none: SplitStyle = {};
const exec: SplitStyle = { quotes: 'remove', escapes: true };
const colons: SplitStyle = { separators: ':', emptyWords: true };

test.each<[string, SplitStyle, string, readonly string[], string?]>([
  ['blanks', none, '  a\tb  ', ['a', 'b']],
  ['nothing', none, '  ', []],
  ['quotes are plain', none, 'a "b c"', ['a', '"b', 'c"']],
  ['a backslash vanishes', none, 'a\\b \\ c', ['ab', ' c']],
  ['a backslash stays', { plainBackslash: true }, 'a\\b c', ['a\\b', 'c']],
  ['quotes are removed', exec, 'a"b c"d \'e f\' ""', ['ab cd', 'e f', '']],
  ['quotes are kept', { quotes: 'keep' }, 'a="b c" d', ['a="b c"', 'd']],
  ['escapes', exec, 'a\\x20b "\\t" \\u00e9', ['a b', '\t', 'é']],
  ['half a pair of UTF-16', exec, 'a \\ud800', ['a'], 'unknown escape'],
  ['half a pair of UTF-16, in older versions', { ...exec, version: 257 }, '\\ud800 \\uffff', ['\udced\udca0\udc80', '\uffff']],
  ['an unknown escape', exec, 'a \\q', ['a'], 'unknown escape'],
  ['an unknown escape stays', { ...exec, keepUnknownEscapes: true }, '\\q \\', ['\\q', '\\']],
  ['an open quote', exec, 'a "b', ['a'], 'open quote'],
  ['an open quote, relaxed', { ...exec, relaxed: true }, 'a "b', ['a', 'b']],
  ['a backslash at the end', exec, 'a \\', ['a'], 'backslash at the end'],
  ['every separator counts', colons, ':a::b:', ['', 'a', '', 'b', '']],
  ['an empty value is one empty word', colons, '', ['']],
  ['escaped separators', { ...colons, escapedSeparators: true }, 'a\\:b:c\\\\', ['a:b', 'c\\']],
])('%s', (_, style, value, words, reason) => {
  const split = splitWords(value, style);
  expect(split.words.map(({ text }) => text)).toEqual(words);
  expect(split.failure?.reason).toBe(reason);
});

test('words know their place, quotes included, and what is left', () => {
  expect(splitWords('ab  "c d" e', exec, { limit: 2 })).toEqual({
    words: [
      { start: 0, end: 2, text: 'ab' },
      { start: 4, end: 9, text: 'c d' },
    ],
    rest: 10,
  });
  expect(splitWords('a:', colons, { limit: 1 }).rest).toBe(2);
  expect(splitWords('a', colons, { limit: 1 }).rest).toBeUndefined();
});
