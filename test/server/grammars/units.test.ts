/** Units that a unit names, and the addresses of its documentation; every verdict was seen on systemd 252, 257 and 262. */
import { expect, test } from 'vitest';
import { judgeValue } from '../../../server/src/catalogue/grammars/index.ts';
import { faultsIn, marked, verdicts } from './cases.ts';

verdicts('Unit.After', [
  [
    '.',
    '',
    'foo.service bar.target',
    'foo@bar@baz.service',
    'foo@@.service',
    'foo..service',
    'foo\\x2dbar.service',
    '-a.slice',
    'a--b.slice',
  ],
  ['.', 'foo@%i.service', 'foo@%n.service', '%p.service', '%U.service', 'dev-sda.device', 'foo@.socket', `${'a'.repeat(247)}.service`],
  ['!', 'foo@bar.mount', 'foo@.slice', 'foo@a.scope', '@x.service', '.service', '"foo.service"', 'foo.service, bar.service', 'foo.Service'],
  [
    '!',
    '%i.service',
    '%%foo.service',
    '%f.service',
    '%t.service',
    '/dev/sda',
    `${'a'.repeat(248)}.service`,
    'foo.service.d',
    'ünit.service',
  ],
]);

test('a template is filled with the instance or prefix of the unit, and may grow too long by it', () => {
  expect(faultsIn('Unit.After', `${'a'.repeat(244)}@.service`)).toHaveLength(0);
  expect(faultsIn('Unit.After', `${'a'.repeat(245)}@.service`)).toHaveLength(1);
});

test('nothing is said of names that only an instance knows', () => {
  const context = { version: 262, section: 'Unit', key: 'After', unitType: 'service', unitName: 'zz@.service' };
  expect(judgeValue('Unit', 'After', '%i.service', context)).toEqual([]);
  expect(judgeValue('Unit', 'After', 'foo@.mount', context)).toHaveLength(1);
});

test('the wrong name is marked', () => {
  expect(marked('Unit.Wants', 'a.service b.bogus c.target d')).toEqual(['b.bogus', 'd']);
  expect(marked('Unit.Wants', 'foo%Zbar.service')).toEqual(['%Z']);
});

verdicts('Unit.RequiresOverridable', [['!', '', 'foo.service', 'bogus']]);
verdicts('Timer.Unit', [
  ['.', 'zz.service', 'foo@.service', 'foo@x.service', 'foo.socket', '%p.service', 'foo.slice', 'foo@zz.timer'],
  ['!', '', 'zz.timer', '%n', 'foo', 'foo.bogus', 'foo.service bar.service', 'foo@x.mount', '"foo.service"', '%Z.service'],
]);
verdicts('Service.Slice', [
  ['.', 'foo.slice', '-.slice', '%p.slice', 'foo--bar.slice'],
  ['!', '', '%i.slice', 'foo@.slice', '"foo.slice"', 'a.slice b.slice', 'foo.service', '/foo', 'foo%.slice', 'init.scope'],
]);
verdicts('Slice.Slice', [['!', '', 'foo.slice', '-.slice']]);
verdicts('Service.Sockets', [
  ['.', '', 'a.socket b.socket', 'foo@.socket', 'foo@%i.socket', 'fo\\o.socket', '%p.socket'],
  ['!', '"foo.socket"', 'a.socket,b.socket', 'a.service b.socket', '.socket', '%Z.socket'],
]);
verdicts('Socket.Service', [
  ['.', 'foo.service', '%p.service', 'foo@bar.service'],
  ['!', '', 'foo@.service', 'foo@%i.service', '"foo.service"', 'a.service b.service', 'foo.socket', '%Z'],
]);
verdicts('Unit.RequiresMountsFor', [
  ['.', '', '/a /b', '"/a b"', '%h', '/%%Z', '/a%', `/${'a'.repeat(255)}`, `/${Array(16).fill('a'.repeat(250)).join('/')}`],
  [
    '!',
    'a',
    '/a b',
    '/a/../b',
    '%t/../x',
    '%i',
    '-/a',
    '/a%Z',
    '"/a',
    `/${'a'.repeat(256)}`,
    `/${Array(17).fill('a'.repeat(250)).join('/')}`,
  ],
]);
test('a wrong path to mount is left out, a wrong link ends the list', () => {
  expect(marked('Unit.RequiresMountsFor', 'a /b c')).toEqual(['a', 'c']);
  expect(marked('Socket.Symlinks', '/a b c')).toEqual(['b']);
});

verdicts('Unit.ConditionPathExists', [
  ['.', '', '|!/a', '/a/*/b', '%h', '/a%', '/%%Z', '/a b', '!/a'],
  ['!', '!|/a', '| /a', '! /a', '||/a', '!!/a', '/a/../b', '%i', '%%', '-/a', '/a%Z', '|', '|!', '~/a'],
]);
verdicts('Unit.ConditionHost', [
  ['.', '', '| ! yes', '!|/a', '%i', '|', 'anything'],
  ['!', '/a%Z'],
]);
test('modifiers of a condition stand beside its path', () => {
  expect(marked('Unit.ConditionPathExists', '|!a')).toEqual(['a']);
  expect(marked('Unit.ConditionHost', '| %Z')).toEqual(['%Z']);
});

verdicts('Unit.Documentation', [
  [
    '.',
    '',
    'http://x',
    'file:///x',
    'man:foo(5) https://a.b/',
    '"man:foo (5)"',
    'man:x\\y',
    'man:a,man:b',
    '%i %i',
    'https://a%',
    'https://%H/x',
  ],
  [
    '!',
    'https://',
    'HTTP://x',
    'file:/',
    'file:x',
    'info:',
    '"man:x',
    'man:x"',
    'man:ü',
    'https://%Z/x',
    '%%',
    '""',
    'ftp://x',
    'https://a%20b',
  ],
]);
test('the wrong address is marked', () => {
  expect(marked('Unit.Documentation', 'man:a gopher:x man:b')).toEqual(['gopher:x']);
  expect(marked('Unit.Documentation', 'https://a%20b')).toEqual(['%2']);
});

verdicts('Unit.OnFailureJobMode', [
  ['.', 'triggering', 'restart-dependencies', 'ignore-requirements'],
  ['!', '', 'lazy', 'Fail'],
]);
verdicts('Unit.OnFailureJobMode', [['!', 'restart-dependencies']], 252);
verdicts('Unit.FailureAction', [
  ['.', 'none', 'exit-force', 'soft-reboot', 'halt-immediate', 'kexec-force'],
  ['!', '', 'Reboot', 'restart', 'soft-reboot-immediate'],
]);
verdicts('Unit.FailureAction', [['!', 'soft-reboot', 'halt', 'kexec']], 252);
verdicts('Unit.RebootArgument', [
  ['.', '', '%i', 'a b', 'a'.repeat(255)],
  ['!', 'é', '%Z', 'a'.repeat(256)],
]);
verdicts('Service.SuccessExitStatus', [
  ['.', '', '0 255 0xff 007', 'TEMPFAIL SIGHUP HUP', 'RTMIN+30', 'SIGRTMAX-0', 'RTMIN+0x3', 'KSM', 'MEMORY_THP', '1\\2'],
  ['!', '256', '-1', 'success', 'EX_USAGE', 'EXIT_SUCCESS', 'sighup', 'RTMIN+31', 'SIGPOLL', '1,2', '"1"', '1 BOGUS 2', '1.5'],
]);
verdicts('Service.SuccessExitStatus', [['!', 'KSM', 'MEMORY_THP']], 252);
