import { expect, test } from 'vitest';
import { judgeVersions, versionsDirectory } from '../../../server/src/image/versions/pick.ts';

const hello = { base: 'hello', suffix: '.raw', systemd: 262 };

test.each([
  ['hello.raw.v', { base: 'hello', suffix: '.raw' }],
  ['hello.v', { base: 'hello', suffix: '' }],
  ['hello.raw', undefined],
  ['.v', undefined],
])('%s is a directory of versions or none', (name, expected) => {
  expect(versionsDirectory(name)).toEqual(expected);
});

test.each<[string, Record<string, string>, (readonly string[])?]>([
  ['the newest', { 'hello_1.raw': 'older', 'hello_10.raw': 'taken', 'hello_9.raw': 'older' }],
  ['one with tries left', { 'hello_1+2.raw': 'taken', 'hello_2+0-3.raw': 'spent' }],
  ['the one tried least', { 'hello_1+2-1.raw': 'tries', 'hello_1+2-0.raw': 'taken' }],
  ['one that the machine runs', { 'hello_2_arm64.raw': 'architecture', 'hello_1_x86-64.raw': 'taken', 'hello_1_x86.raw': 'architecture' }],
  ['none that it does not run', { 'hello_2_arm64.raw': 'architecture' }],
  ['none of other names', { 'hello.raw': 'misnamed', 'other_1.raw': 'misnamed', 'hello_1.img': 'misnamed', 'hello_a b.raw': 'misnamed' }],
  ['on any machine', { 'hello_2_arm64.raw': 'taken', 'hello_1.raw': 'older' }, []],
])('taken is %s', (_, expected, runs = ['x86-64', 'x86']) => {
  expect(Object.fromEntries(judgeVersions(Object.keys(expected), hello, runs.length > 0 ? runs : undefined))).toEqual(expected);
});
