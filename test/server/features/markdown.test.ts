import { expect, test } from 'vitest';
import { markdownText } from '../../../server/src/features/markdown.ts';

test.each([
  ['**a** `b` [c](d)', '\\*\\*a\\*\\* \\`b\\` \\[c\\]\\(d\\)'],
  ['<b>&amp;', '\\<b\\>\\&amp;'],
  ['# a\n- b\t| c', '\\# a \\- b \\| c'],
  ['https://evil.example www.evil.example a@b.c', 'https\\://evil.example www\\.evil.example a\\@b.c'],
  ['1. one', '1\\. one'],
  ['gpj.\u202eexe\u0000\u001b[31m\u2028', 'gpj.\u{fffd}exe\u{fffd}\u{fffd}\\[31m\u{fffd}'],
  ['$(zap) größe 日本', '\\$\\(zap\\) größe 日本'],
])('%j stays text', (text, escaped) => {
  expect(markdownText(text)).toBe(escaped);
});
