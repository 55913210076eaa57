import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('credentials', () => {
  for (const version of [252, 257, 262]) {
    verdicts(
      'Service.SetCredential',
      [
        ['.', 'a:b', 'a:b:c', 'a::b', '*:b', 'a:\\x00', 'a:\\000', 'a:%Z', '%n:b', '\\a:b', 'a: c'],
        ['!', 'a', 'a:', ':a', '.:a', '..:a', 'é:b', 'a/b:c', '%Z:a', 'a:\\q'],
      ],
      version,
    );
    verdicts(
      'Service.SetCredentialEncrypted',
      [
        ['.', 'a:AAAA', 'a:AA=='],
        ['!', 'a:AAA', 'a:é', 'a:'],
      ],
      version,
    );
    verdicts(
      'Service.LoadCredential',
      [
        ['.', 'a', 'a:', 'a:b', 'a:/b', 'a:/b/', 'a:/', 'a:%t', 'a:/b:c', '*'],
        ['!', 'a:b:c', 'a://b', 'a:/b//c', 'a:/./b', 'a:/.', 'a:/..', 'a:/b/..', 'a:.', 'a:é', 'a:%Z', ':a', 'a:b/c'],
      ],
      version,
    );
  }
  for (const version of [257, 262]) {
    verdicts(
      'Service.ImportCredential',
      [
        ['.', 'a', '*', 'a*', 'a:b', 'a*:b', '*:b', 'a:'],
        ['!', '**', '*a', 'a*b', ':b', 'a:é', 'a:b:c', '%Z'],
      ],
      version,
    );
  }
  verdicts(
    'Service.ImportCredential',
    [
      ['!', 'a:b'],
      ['.', 'a', 'a*'],
    ],
    255,
  );

  test('name or data are marked', () => {
    expect(marked('Service.SetCredential', 'a/b:c')).toEqual(['a/b']);
    expect(marked('Service.SetCredential', 'a:b\\qc')).toEqual(['\\q']);
    expect(marked('Service.LoadCredential', 'a:b/c')).toEqual(['b/c']);
  });
});

describe('files to open', () => {
  for (const version of [257, 262]) {
    verdicts(
      'Service.OpenFile',
      [
        [
          '.',
          '/a',
          '/a:x',
          '/a:x:',
          '/a::ro'.replace('ro', 'graceful'),
          '/a:x:read-only,graceful',
          '/a b',
          '/a/../b',
          '/a/',
          '/a:/b',
          '/%Z',
          '/a\\x3ab:c',
        ],
        [
          '!',
          'a',
          '/',
          '//',
          '/a/..',
          '/é',
          '/a:x:ro',
          '/a:x:read-only,append',
          '/a:x:graceful,graceful',
          '/a:x:append:y',
          '/a:é',
          '/a\\q',
          '/x::\\\\',
        ],
      ],
      version,
    );
  }

  test('the wrong field is marked', () => {
    expect(marked('Service.OpenFile', '/a:x:bogus')).toEqual(['bogus']);
  });
});
