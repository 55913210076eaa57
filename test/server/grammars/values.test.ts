/** Single values, beyond the recorded ones; every verdict here was seen on the real systemd of that version. */
import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('numbers', () => {
  verdicts('Service.Nice', [
    ['.', '', '-20', '+19', '0o22', '007'],
    ['!', '20', '-21', '019', '1 2', '- 1'],
  ]);
  verdicts('Service.UMask', [
    ['.', '022', '7777'],
    ['!', '', '+22', '0o22', '8', '10000'],
  ]);
  verdicts('Service.LimitNICE', [
    ['.', '-1', '0:40', '+19:-20', '5: 6', '++11'],
    ['!', '41', 'infinity', '+5:10', '1:', ':1', '1:2:3', '5 :6'],
  ]);
  verdicts('Service.LimitCPU', [
    ['.', '1s:999ms', '1s:infinity', '1s:2\\ 100'],
    ['!', '1500ms:1', 'infinity:1s', '584542y'],
  ]);
});

describe('times and sizes', () => {
  verdicts('Service.RestartSec', [
    ['.', '1h 30min', '.5s', '0 1 2', '5 s', '+5', '10M', '5µs', '5μs'],
    ['!', '', '5.', '1.5.5', '3. 1', '-1', '5 lightyears', '10MB'],
  ]);
  verdicts('Socket.SendBuffer', [
    ['.', '1.5G 3M', '1 G', '18446744073709551615'],
    ['!', '16E', '1M 1G', '0x10', 'infinity'],
  ]);
  verdicts('Service.MemoryMax', [
    ['.', '', 'infinity', '5.55%', '0x10%', '5.5‰', '55‱'],
    ['!', '0', '0%', '100.5%', '.5%', '5.%', '5.555%', '1 %'],
  ]);
});

describe('paths', () => {
  verdicts('Service.RootDirectory', [
    ['.', '%i', '/../a', '/a/./b/'],
    ['X', 'a', '/a/..', '/a/../b', '%Z'],
  ]);
  verdicts('Service.RootDirectory', [['X', '/../a']], 252);
  verdicts('Service.WorkingDirectory', [
    ['.', '~', '-~', '-/a'],
    ['!', '-a', '-%Z'],
    ['X', '%i', 'a', '~/a'],
  ]);
  verdicts('Service.PIDFile', [
    ['.', 'x.pid', '/run/x', '/sysx', '.', '/'],
    ['!', '/var/run/x', '%Z'],
    ['X', '../x', '/dev/x', '/proc'],
  ]);
  verdicts('Service.PIDFile', [['.', '/var/run/x', '/dev/x', '/proc']], 252);
});

describe('names', () => {
  verdicts('Service.User', [
    ['.', 'bad user!', 'a@b', '0', '4294967294', '65534'],
    ['!', 'nobody'],
    ['X', '65535', '4294967295', '007', '-1', '..', 'a:b', 'a/b', '%i 0'],
  ]);
  verdicts('Service.LogNamespace', [
    ['.', 'a:b@c', '-a', 'a'.repeat(222)],
    ['!', 'a'.repeat(223), 'a\\b', 'a b', 'a+b'],
  ]);
  verdicts('Service.ProtectHostname', [
    ['.', '', 'yes', 'yes:foo', 'private:foo.bar', '1:2'],
    ['!', 'no:foo', 'private:', 'private:-x', 'private:a_b', 'private:a..b', 'yes:a:b'],
  ]);
  verdicts('Service.ProtectHostname', [['!', '', 'private', 'yes:foo']], 257);
});

describe('words by version', () => {
  verdicts('Service.Type', [['.', 'notify-reload']], 257);
  verdicts('Service.Type', [['!', 'notify-reload']], 252);
  verdicts(
    'Service.PrivateUsers',
    [
      ['.', 'yes', 'self'],
      ['!', 'full', 'managed'],
    ],
    257,
  );
  verdicts('Service.PrivateUsers', [['.', 'full', 'managed']]);
  verdicts(
    'Service.CPUSchedulingPolicy',
    [
      ['.', '4', '16'],
      ['!', 'ext'],
    ],
    257,
  );
  verdicts('Service.CPUSchedulingPolicy', [
    ['.', '3', '7', 'ext'],
    ['!', '4', '8', 'deadline'],
  ]);
});

describe('the marked word', () => {
  test.each([
    ['Service.LimitNOFILE', '10:x', ['x']],
    ['Service.ProtectHostname', 'private:-x', ['-x']],
    ['Service.RestrictFileSystems', 'ext4 @bogus tmpfs', ['@bogus']],
    ['Service.SupplementaryGroups', 'ok a:b', ['a:b']],
    ['Service.RootDirectory', '/a/%Z/b', ['%Z']],
    ['Service.WorkingDirectory', '-/a/..', ['/a/..']],
  ] as const)('%s=%s', (directive, value, words) => {
    expect(marked(directive, value)).toEqual(words);
  });
});
