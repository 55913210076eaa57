/** Calendar events and other spans of timers; every verdict was seen on systemd 252, 257 and 262. */
import { expect, test } from 'vitest';
import { faultsIn, marked, verdicts } from './cases.ts';

verdicts('Timer.OnCalendar', [
  [
    '.',
    '',
    'daily',
    'Daily',
    'DAILY UTC',
    'anually',
    'bi-annually',
    'Mon',
    'mon',
    'Monday',
    'Mon,',
    'Mon,Tue,',
    'Mon..Fri',
    'Mon-Fri',
    'Mon UTC',
  ],
  [
    '!',
    'biweekly',
    'daily 10:00',
    'Mond',
    'Mon,,Tue',
    ',Mon',
    'Fri..Mon',
    'Mon..',
    'Mon...Fri',
    'Mon..Wed..Fri',
    'Mon,10:00',
    'Mon Tue 10:00',
  ],
  [
    '.',
    '10:00',
    '10:00:00.5',
    '10:00:00.1234567',
    '10:00:00..5',
    '10:00:00.5/0.5',
    '23:59:59.999999',
    '*:*',
    '*:0/59',
    '*:10..10',
    '*:10..20/11',
  ],
  [
    '!',
    '10',
    '*',
    '10:00:00:00',
    '10:00:00.',
    '10:60',
    '24:00',
    '23:59:60',
    '*:0/0',
    '*:0/60',
    '*:1/59',
    '*:20..10',
    '*:10,20,',
    '*:1..2..3',
  ],
  ['.', '26-1-1', '1970-1-1', '2199-1-1', '*-02-30', '*-*~28', '*-*~7/1', '*-*~1..3', '02~03', '1-*', '*-*-30/1', '2026/2-1-1', '69-1-1'],
  [
    '!',
    '1969-1-1',
    '2200-1-1',
    '*-13-1',
    '*-1-0',
    '*-1-32',
    '*-*~29',
    '*-*~0',
    '*-*~3..1',
    '*-*~1/7',
    '2026~02-01',
    '*-*-31/1',
    '2199/1-1-1',
  ],
  ['.', '2026-01-01 10:00 utc', '2026-01-01 10:00 Europe/Berlin', '2026-01-01 10:00 GMT', '10:00 Etc/GMT+5', '@0', '@1 UTC', '*-*-*  *:*'],
  [
    '!',
    '2026-01-01T10:00',
    '10:00 europe/berlin',
    '10:00 Foo/Bar',
    '10:00 Z',
    '10:00 +02:00',
    '10:00 UTC UTC',
    'UTC',
    '@-1',
    '@1.5',
    '@1 10:00',
  ],
  ['.', '*:*:0/0.5', '*:*:59.9/0.05', '*:*:1.0000004', '*:*:0..59.999999', '1,2/3,4..8/2:00', `*:${Array(241).fill(1).join(',')}`],
  [
    '!',
    '*:0/0.5',
    '*:*:59.9/0.1',
    '*:*:59.9999996',
    '*:*:0.1..0.5',
    '*:*:0..60',
    '*/2:00',
    `*:${Array(242).fill(1).join(',')}`,
    '99999999999-1-1',
  ],
  ['!', '%i', '%H', '%Z', '10 :00', 'now', '+5:00', '2026-01-01 10', 'Mon10:00', 'Mon.Tue', '100-1-1', '@99999999999'],
]);

test('since 262 a weekday that the date never is gets a word', () => {
  const never = ['Mon 2026-01-01', 'Mon 26-1-1', 'Mon 2026-1-1..1', 'Mon 2026-1-1 UTC', 'Mon 2026,2026-1-1', 'Mon @5'];
  const fine = [
    'Thu 2026-01-01',
    'Thu,Mon 2026-01-01',
    'Mon 2026-1-1,2',
    'Mon 2026-02-30',
    'Mon 2026-02~1',
    'Mon *-1-1',
    'Mon..Sun 2026-1-1',
  ];
  expect(never.map(value => faultsIn('Timer.OnCalendar', value).map(({ outcome }) => outcome))).toEqual(never.map(() => ['used']));
  expect([...fine, ...never].flatMap(value => faultsIn('Timer.OnCalendar', value, 257))).toEqual([]);
  expect(fine.flatMap(value => faultsIn('Timer.OnCalendar', value))).toEqual([]);
  expect(faultsIn('Timer.OnCalendar', 'Mon 2026-01-01')[0]?.expected).toBe('This never happens: the 2026-01-01 is a Thursday.');
});

test('the wrong number is marked', () => {
  expect(marked('Timer.OnCalendar', 'Mon *-*-1..7 25:00')).toEqual(['25']);
  expect(marked('Timer.OnCalendar', '*-13-1 10:00')).toEqual(['13']);
  expect(marked('Timer.OnCalendar', 'Mon..Fri 10:0/60')).toEqual(['0/60']);
  expect(marked('Timer.OnCalendar', 'Fri..Mon')).toEqual(['Mon']);
});

verdicts('Timer.OnBootSec', [
  ['.', '', '1h 30min', '%U', '5%i', 'infinity', '5s5s', '1.5h'],
  ['!', '%i', '-5', '5 lightyears', '%Zs', '5x'],
]);
