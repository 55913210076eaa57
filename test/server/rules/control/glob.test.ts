import { describe, expect, test } from 'vitest';
import { ignores, matchesGlob } from '../../../../server/src/rules/control/glob.ts';

describe('patterns', () => {
  test.each<[pattern: string, path: string, matches: boolean]>([
    ['a.service', 'a.service', true],
    ['a.service', 'b/a.service', false],
    ['*.service', 'a.service', true],
    ['*.service', 'b/a.service', false],
    ['**/*.service', 'a.service', true],
    ['**/*.service', 'b/c/a.service', true],
    ['b/**', 'b/c/a.service', true],
    ['b/**/a.*', 'b/a.service', true],
    ['b/**/a.*', 'b/x/y/a.service', true],
    ['b/**/x/a.*', 'b/y/a.service', false],
    ['?.service', 'a.service', true],
    ['?.service', 'ab.service', false],
    ['[a-c].service', 'b.service', true],
    ['[!a-c].service', 'b.service', false],
    ['[]].service', '].service', true],
    ['[a.service', '[a.service', true],
    ['*.{service,socket}', 'a.socket', true],
    ['{a,b{c,d}}', 'bd', true],
    ['{a', '{a', true],
    ['\\*.service', '*.service', true],
    ['\\*.service', 'a.service', false],
    ['a**b', 'axxb', true],
    ['', '', true],
  ])('%s and %s: %s', (pattern, path, matches) => expect(matchesGlob(pattern, path)).toBe(matches));

  test('take no endless time', () => {
    expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(matchesGlob(`${'**/a/'.repeat(30)}b`, 'a/'.repeat(1_000))).toBe(false);
    matchesGlob('{a,b}'.repeat(40), 'ab'.repeat(20));
  });
});

describe('what is left out', () => {
  test.each<[patterns: string[], path: string, out: boolean]>([
    [[], 'a.service', false],
    [['vendor'], 'x/vendor/a.service', true],
    [['vendor/'], 'vendor/a/b.service', true],
    [['/vendor'], 'x/vendor/a.service', false],
    [['./vendor'], 'vendor/a.service', true],
    [['*.mount'], 'x/a.mount', true],
    [['x/*.mount'], 'y/x/a.mount', false],
    [['x/**'], 'x/y/a.mount', true],
    [['other', 'x'], 'x/a.mount', true],
  ])('%j: %s %s', (patterns, path, out) => expect(ignores(patterns, path)).toBe(out));
});
