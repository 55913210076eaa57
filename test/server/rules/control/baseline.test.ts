import { expect, test } from 'vitest';
import { acceptor, baselineText, evidence, inBoth, readBaseline, sizeOf } from '../../../../server/src/rules/control/baseline.ts';

const rows = [
  { file: 'b.service', code: 'unit/x', line: 'B=1' },
  { file: 'a.service', code: 'unit/y', line: 'A=1' },
  { file: 'a.service', code: 'unit/x', line: 'A=1' },
  { file: 'a.service', code: 'unit/x', line: 'A=1' },
];

test('a baseline reads as it was written, in one order', () => {
  const text = baselineText(rows);
  expect(baselineText(rows.toReversed())).toBe(text);
  const read = readBaseline(text);
  const baseline = 'baseline' in read ? read.baseline : new Map();
  expect([...baseline.keys()]).toEqual(['a.service', 'b.service']);
  expect([...(baseline.get('a.service') ?? [])]).toEqual([
    ['unit/x', ['A=1', 'A=1']],
    ['unit/y', ['A=1']],
  ]);
});

test.each([
  ['{', 'expected a name in double quotes'],
  ['{}', 'expected a baseline of version 1'],
  ['{"version": 2}', 'expected a baseline of version 1'],
])('%s is none', (text, message) => {
  expect(readBaseline(text)).toMatchObject({ fault: { message: expect.stringContaining(message) } });
});

test('each finding is accepted once', () => {
  const { accepts, left } = acceptor(new Map([['unit/x', ['A=1', 'A=1', 'B=1']]]));
  expect([accepts('unit/x', 'A=1'), accepts('unit/y', 'A=1'), accepts('unit/x', 'A=1'), accepts('unit/x', 'A=1')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(left()).toEqual(new Map([['unit/x', ['B=1']]]));
});

test('what two versions do not need is what neither needs', () => {
  const one = new Map([['unit/x', ['A=1', 'A=1', 'B=1']]]);
  const both = inBoth(one, new Map([['unit/x', ['A=1', 'C=1']]]));
  expect(both).toEqual(new Map([['unit/x', ['A=1']]]));
  expect([sizeOf(one), sizeOf(both)]).toEqual([3, 1]);
});

test.each([
  ['a\n  B=1 \nc', 4, 'B=1'],
  ['a\r\nB=1\r\nc', 3, 'B=1'],
  ['B=1', 0, 'B=1'],
  ['B=1\n', 3, 'B=1'],
  [`B=${'x'.repeat(500)}`, 7, expect.stringMatching(/^B=x{118}\.\.\. [0-9a-f]{8}$/)],
])('the line of %j at %i', (text, offset, line) => expect(evidence(text, offset)).toEqual(line));
