import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('environment', () => {
  verdicts('Service.Environment', [
    ['.', 'A=1', 'A=', 'A=b "B=c d"', "'A=x y'", 'A=\\x41', 'A=\\x01', 'A=\\xc3\\xa9', 'A=%n', 'A=a=b', '"A"=x', 'A==', '_X=1', 'A=é'],
    ['!', 'A', '=x', '1A=x', 'A-B=1', 'A=\\xff', 'A=\\q', 'A="b', 'A=%Z', '%n=x', 'A =b', 'é=1', 'A=1 B'],
  ]);
  verdicts('Service.PassEnvironment', [
    ['.', 'A', 'A B', '"A"', 'A_1', '\\A'],
    ['!', 'A=1', '1A', 'A-B', '%Z', '"A', 'A B-C', '%n', '""'],
  ]);
  verdicts('Service.UnsetEnvironment', [
    ['.', 'A', 'A=1', 'A B=2', '\\x41', 'A=\\x01'],
    ['!', '1A', 'A=\\xff', '=x', '\\q', '%Z'],
  ]);
  verdicts('Service.EnvironmentFile', [
    ['.', '/a', '-/a', '/a b', '/etc/*.conf', '%t/x', '/a//b/./c'],
    ['!', 'a', '--/a', '-', '-a', '/a/../b', '"/a"', '%Z'],
  ]);

  test('only the wrong words are marked', () => {
    expect(marked('Service.Environment', 'A=1 B C=%Z "D E=2"')).toEqual(['B', '%Z', '"D E=2"']);
    expect(marked('Service.EnvironmentFile', '-a/b')).toEqual(['a/b']);
  });
});

describe('journal', () => {
  verdicts('Service.LogExtraFields', [
    ['.', 'A=1', 'A_1=', 'A=1 "B=2 3"', `A${'B'.repeat(63)}=x`, 'A=%n', 'A=\\x01'],
    ['!', 'A', 'a=1', '_A=1', '1A=1', `A${'B'.repeat(64)}=x`, '=1', 'A=%Z', 'A="b', 'A=\\q'],
  ]);
  verdicts('Service.LogFilterPatterns', [
    ['.', 'a', '~a', '(a', '~~', '*'],
    ['!', '~'],
  ]);

  test('the field is marked', () => {
    expect(marked('Service.LogExtraFields', 'A=1 b=2 C')).toEqual(['b', 'C']);
  });
});
