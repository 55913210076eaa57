/**
 * No value, however long, takes a grammar more than time in proportion: the worst shapes at 32 KiB, for every parser that has a grammar.
 * Quadratic work would not end before the test's timeout.
 */
import { expect, test } from 'vitest';
import { type Context, judgeValue } from '../../../server/src/catalogue/grammars/index.ts';
import { directives } from '../../../server/src/catalogue/parsers.ts';

/** LONG=1 takes four times as much, in three places. */
const long = process.env.LONG === '1';
const size = (long ? 128 : 32) * 1024;
const shapes = [
  '1',
  'a',
  '1 ',
  'a ',
  '\\\\x41',
  '\\',
  '"',
  "'a' ",
  '%i',
  ':',
  'a:',
  '/a',
  '/../',
  '-',
  '~',
  'A=b ',
  '1-2,',
  '*',
  '(a',
  ' ; /a',
  'ü',
];
const context: Omit<Context, 'section' | 'key'> = { version: 262, unitType: 'service', unitName: 'zz.service' };

test('every grammar reads the worst values in time', { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  for (const { section, key, parser } of directives()) {
    if (seen.has(parser)) continue;
    seen.add(parser);
    for (const shape of shapes) {
      const body = shape.repeat(Math.floor(size / shape.length));
      for (const value of long ? [body, `/${body}`, `a${body}`] : [body]) {
        judgeValue(section, key, value, { ...context, section, key });
      }
    }
  }
  expect(seen.size).toBeGreaterThan(100);
});
