// What is kept of what was made last, and that it is bounded.
import { expect, test } from 'vitest';
import { rememberedTexts } from '../../../server/src/unit/recent.ts';

test('what was asked for last is kept, and what nobody asks for any more goes', () => {
  const made: string[] = [];
  const known = rememberedTexts<string>(2);
  const ask = (key: string) =>
    known(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  // b was the one that had not been asked for when c came
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

test('a result that is undefined is a result', () => {
  let times = 0;
  const known = rememberedTexts<undefined>(2);
  for (let n = 0; n < 3; n++)
    known('a', () => {
      times++;
      return undefined;
    });
  expect(times).toBe(1);
});
