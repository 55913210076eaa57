import { describe, expect, test } from 'vitest';
import { faultsIn, marked, verdicts } from './cases.ts';

const name = 'a'.repeat(255);

describe('streams', () => {
  for (const version of [252, 257, 262]) {
    verdicts(
      'Service.StandardInput',
      [
        ['.', 'null', 'tty', 'tty-force', 'tty-fail', 'socket', 'data', 'fd', 'file', 'fd:', 'fd:a b', 'fd: x', 'fd:%n', `fd:${name}`],
        ['.', 'file:/', 'file:/a b', 'file://x', 'file:%t/x', 'file:/dev/null'],
        ['!', '', 'Null', 'FD:x', 'inherit', 'journal', 'syslog', 'append:/x', 'fd:a:b', 'fd:é', 'fd:%Z', `fd:${name}a`, 'tty tty'],
        ['!', 'file:', 'file: /x', 'file:x', 'file:/a/../b', 'file:%Z'],
      ],
      version,
    );
    verdicts(
      'Service.StandardError',
      [
        ['.', 'inherit', 'null', 'kmsg+console', 'journal+console', 'append', 'truncate', 'append:/x', 'truncate:/x', 'fd:'],
        ['!', '', 'syslog', 'syslog+console', 'tty-fail', 'append:', 'append:x', 'truncate:%Z'],
      ],
      version,
    );
  }

  test('what is obsolete is rewritten, and the path is marked', () => {
    expect(faultsIn('Service.StandardOutput', 'syslog')[0]).toMatchObject({ outcome: 'rewritten', effect: 'warning' });
    expect(marked('Service.StandardOutput', 'append:x')).toEqual(['x']);
    expect(marked('Service.StandardOutput', 'fd:a:b')).toEqual(['a:b']);
  });
});

describe('data to read', () => {
  verdicts('Service.StandardInputText', [
    ['.', 'a b', 'a\\nb', '"', '%n', '\\x41', '%'],
    ['!', '\\q', 'a\\x00', '%Z', '\\x25Z', '\\;'],
  ]);
  const shared = [
    ['.', 'AAAA', 'AA==', 'AAE=', 'A A A A', 'AA = =', 'AAAA AAAA', '===='.slice(4).concat('AAAA')],
    ['!', 'A', 'AA', 'AAA', 'AAAAA', 'AB==', 'AAB=', 'AA==AAAA', '=', 'A===', 'AA='],
  ] as const;
  for (const version of [252, 257, 262]) verdicts('Service.StandardInputData', shared, version);
  verdicts('Service.StandardInputData', [['!', '_-+/']], 252);
  verdicts('Service.StandardInputData', [['.', '_-+/']], 257);
});
