import { expect, test } from 'vitest';
import { lineIndex } from '../../../server/src/unit/line-index.ts';

test.each([
  ['the beginning', 'ab\ncd', 0, [0, 0]],
  ['the second line', 'ab\ncd', 4, [1, 1]],
  ['the end', 'ab\ncd', 5, [1, 2]],
  ['behind carriage return and line feed', 'a\r\nb', 3, [1, 0]],
  ['behind a carriage return', 'a\rb', 2, [1, 0]],
  ['a NUL ends no line of an editor', 'a\0b', 2, [0, 2]],
  ['code units, not characters', '\u{1f600}b', 2, [0, 2]],
])('%s', (_, text, offset, [line, character]) => {
  expect(lineIndex(text).position(offset)).toEqual({ line, character });
});
