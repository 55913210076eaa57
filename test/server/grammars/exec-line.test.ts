import { describe, expect, test } from 'vitest';
import { readValue } from '../../../server/src/catalogue/grammars/index.ts';
import { faultsIn, marked, verdicts } from './cases.ts';

const key = 'Service.ExecStart';

verdicts(key, [['.', '/bin/true \\ud800', '/bin/true \\ufffe']], 257);
verdicts(key, [
  ['!', '/bin/true \\ud800', '/bin/true "\\udfff"'],
  ['.', '/bin/true \\ufffe'],
]);

describe('command lines', () => {
  for (const version of [252, 257, 262]) {
    verdicts(
      key,
      [
        [
          '.',
          ';',
          '; ;',
          '; /bin/true',
          '/bin/true ;',
          '/bin/true ; ; /bin/false',
          ';\t/bin/x',
          '/bin/true;',
          '/bin/true ;x',
          ';;',
          'x;',
          '-;',
        ],
        ['.', '/bin/true \\;', '/bin/true \\; /x', '/bin/true ";" bin/x', '/bin/true \\\\;', '"; "'],
        ['.', '"/bin/a b" c', '@/bin/true ""', '/bin/true ""', "/bin/true 'a'b", '\\x2fbin/true', '/bin/true \\xff', '/bin/\\xc3\\xa9'],
        [
          '.',
          '%%',
          '%n',
          '/bin/%n',
          '%t/x',
          'true %',
          '/bin/true %!',
          'foo%%bar',
          '/bin/../x',
          '/bin//x',
          '/./x',
          '~',
          '=x',
          'a'.repeat(255),
        ],
        ['.', '/usr/bin/x!y#z$&(),.:<=>@]^_`{|}~', '!/bin/true', '-+@:/bin/true a', '@-:+/bin/true a'],
        [
          '!',
          '"',
          '-',
          '-@/bin/true',
          '-/bin/',
          '-bin/true',
          '- /bin/true',
          '-/bin/true %Z',
          '-/bin/true "x',
          '-%Z',
          '--/bin/true',
          '-%t/',
        ],
        ['!', '/bin/true \\q', '-/bin/true \\q', '/bin/true "\\;"', '/bin/true \\;x', '/bin/true \\x00', '/bin/true \\400'],
        ['!', '/bin/true ; -bin/x', '-@/bin/true ; bin/false', '\\x2d/bin/', '/usr/bin/x"y'],
        [
          'X',
          '@',
          '@/bin/true',
          '@/bin/true ; /bin/true',
          '"" a',
          '";" bin/x',
          '/bin/true ; bin/x',
          '-/bin/x ; bin/false',
          '/bin/true ;\tbin/x',
        ],
        ['X', '+!/bin/true', '!+/bin/true', '!!!/bin/true', '!!+/bin/true', '++/bin/true', '::/bin/true', '@@/bin/true x'],
        [
          'X',
          '/usr/bin/x\\y',
          '/usr/bin/x\\ny',
          "/usr/bin/x\\'y",
          '/usr/bin/x\x01y',
          '/bin/%i',
          '/bin/./',
          '..',
          '.',
          './x',
          '/',
          '~/x',
          '\\q',
          '\\; /bin/true',
        ],
        ['X', `/${'a'.repeat(256)}`, 'a'.repeat(256), `/${'a/'.repeat(2048)}x`, "/bin/true 'a"],
      ],
      version,
    );
  }

  verdicts(
    key,
    [
      ['.', '/bin/..', '/.', '/usr/bin/x*y', '/bin/\\xff', '!!/bin/true'],
      ['X', '|/bin/true', '@|/bin/true a'],
    ],
    252,
  );
  verdicts(
    key,
    [
      ['X', '/bin/..', '/bin/.', '/.', '/..'],
      ['.', '/usr/bin/x?y', '/bin/\\xff', '!!/bin/true'],
    ],
    257,
  );
  verdicts(
    key,
    [
      [
        '.',
        '|',
        '-|',
        '|echo hi',
        '|bin/foo',
        '|/bin/',
        '|%Z',
        '|$x',
        '|foo*',
        '@|',
        '@|/bin/true a',
        '|+!:echo',
        '|echo hi ; |echo b',
        '|; x',
      ],
      ['!', '-|echo %Z', '!!/bin/true'],
      ['X', '|echo %Z', '|echo "a', '/usr/bin/x*y', '/usr/bin/x?y', '/usr/bin/x[y', '/bin/\\xff'],
    ],
    262,
  );

  test('the wrong word is marked', () => {
    expect(marked(key, '/bin/true a %Z b')).toEqual(['%Z']);
    expect(marked(key, '-+bin/true a')).toEqual(['bin/true']);
    expect(marked(key, '/bin/true ; @/bin/false')).toEqual(['@/bin/false']);
    expect(marked(key, '-!!/bin/true')).toEqual(['!!']);
    expect(marked(key, '/bin/true "a')).toEqual(['"a']);
    expect(marked(key, '/bin/true a\\qb \\n')).toEqual(['\\q']);
  });

  test('what becomes of a wrong line depends on the dash', () => {
    expect(faultsIn(key, '/bin/').map(({ outcome }) => outcome)).toEqual(['refused']);
    expect(faultsIn(key, '-/bin/').map(({ outcome }) => outcome)).toEqual(['ignored']);
    expect(faultsIn(key, '/bin/a \\q').map(({ outcome }) => outcome)).toEqual(['used']);
  });

  test('an instance that is not known yet is not judged', () => {
    const context = { version: 262, section: 'Service', key: 'ExecStart', unitType: 'service', unitName: 'zz@.service' };
    expect(readValue('Service', 'ExecStart', '/bin/%i', context).faults).toEqual([]);
  });

  test('parts', () => {
    const context = { version: 262, section: 'Service', key: 'ExecStart', unitType: 'service' };
    const { parts } = readValue('Service', 'ExecStart', '-@/bin/a zero "b c" ; /bin/d \\;', context);
    expect(parts.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'prefix: -@',
      'program: /bin/a',
      'argument 0: zero',
      'argument: b c',
      'separator: ;',
      'program: /bin/d',
      'argument: ;',
    ]);
  });
});
