/** Numbers, sizes, times and paths at the edges of what C's functions read; every verdict here was seen on the real systemd of that version. */
import { describe } from 'vitest';
import { verdicts } from './cases.ts';

describe('odd numbers', () => {
  verdicts('Service.Nice', [
    ['.', '\v5', '0o-7', '0b  +1', '0o 7', '-0x7', `0x${'0'.repeat(100)}`],
    ['!', '-0o7', '+0b1', '0x+1', '0o', '\f0o7', '5\f'],
  ]);
  verdicts('Service.KillSignal', [
    ['.', 'RTMIN+0x3', 'RTMAX-0', '+9'],
    ['!', 'RTMIN++3', 'RTMIN+ 3', 'RTMAX-+3', 'RTMIN-0', 'RTMIN+0o3'],
  ]);
  verdicts('Service.LimitFSIZE', [
    ['.', '\f1', '1M \f3K', '\f+1'],
    ['!', '1\f', '0x10'],
  ]);
  verdicts('Socket.SendBuffer', [
    ['.', '18446744073709551615.5K'],
    ['!', '18446744073709551614.5K', '18446744073709551616.5K'],
  ]);
  verdicts('Service.RestartSec', [
    ['.', '5s\v4ms', '\f+5'],
    ['!', '5 \fs', '\f.5', '5\v'],
  ]);
  verdicts('Service.CoredumpFilter', [['.', '3\\3', '\f3', '\\all']]);
});

describe('long paths', () => {
  const slashes = '/'.repeat(4096);
  verdicts('Service.RootDirectory', [['X', slashes]]);
  verdicts('Service.PIDFile', [['!', slashes]]);
  verdicts('Unit.ConditionPathExists', [['!', slashes]]);
  verdicts('Service.ReadWritePaths', [
    ['.', slashes.slice(1)],
    ['!', slashes],
  ]);
});

describe('characters', () => {
  verdicts('Service.Environment', [
    ['.', 'A=\\ufdf0', 'A=\\ufeff'],
    ['!', 'A=\\ufffe', 'A=\\ufdd0', 'A=\\U0001fffe', 'A=\\U00110000', 'A=\\xff'],
  ]);
  verdicts('Service.ImportCredential', [
    ['.', 'a*', '*', 'a*:b'],
    ['!', 'a[*', 'a?', 'a]*', '**'],
  ]);
  verdicts('Service.OOMRules', [
    ['.', 'a b', 'é'],
    ['!', 'a\x7fb', 'a*', 'a/b', `'a"b'`],
  ]);
  verdicts('Service.User', [
    ['.', '\f1', '\f01', '\f 1'],
    ['X', '01', '\f65535'],
  ]);
  verdicts('Service.BusName', [
    ['.', ':1.5', 'a.b-c'],
    ['!', ':a', ':a..b', 'a.1', '::a.b'],
  ]);
  verdicts('Service.LUOSession', [
    ['.', 'a b', 'a\\x20b', 'a/b'],
    ['!', 'a a', 'a\\\\b', '"a"', 'a:b'],
  ]);
});
