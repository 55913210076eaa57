import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('directories', () => {
  for (const version of [252, 257, 262]) {
    verdicts(
      'Service.StateDirectory',
      [
        ['.', 'a', 'a/b c', 'a:b', 'a:b c:d', 'privatex', 'a/private', '%n', 'a%%', '"a b"', 'a//b/'],
        ['!', '/a', '.', '..', 'a/../b', 'private', 'private/x', 'a:/b', 'a:..', '%Z', '%i', '"a', 'a\\q', '""'],
      ],
      version,
    );
    verdicts(
      'Service.ConfigurationDirectory',
      [
        ['.', 'a', 'a:'],
        ['!', 'a:b', '/a'],
      ],
      version,
    );
  }
  verdicts('Service.RuntimeDirectory', [['.', 'a:b:ro', 'a:b:rw', 'a::b', ':a']], 252);
  for (const version of [257, 262])
    verdicts(
      'Service.RuntimeDirectory',
      [
        ['.', 'a:b:ro', 'a::ro', 'a:b:'],
        ['!', 'a:b:rw', 'a::b', ':a'],
      ],
      version,
    );

  test('the wrong field is marked', () => {
    expect(marked('Service.StateDirectory', 'a:b:rw private c:/d')).toEqual(['rw', 'private', '/d']);
  });
});
