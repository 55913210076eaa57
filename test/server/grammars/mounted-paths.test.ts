import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('paths in the name space', () => {
  verdicts('Service.ReadWritePaths', [
    ['.', '/a', '-/a +/b -+/c', '"/a b"', '/', '/a//b', '/a:/b', '%t/x', '/..', '/\\a'],
    ['!', 'a', '+-/a', '--/a', '!/a', '~/a', '/a/..', '"/a', '/a b', '%Z', '""', '-'],
  ]);
  verdicts('Service.ReadWritePaths', [['!', '/..', '-/../x']], 252);
  verdicts('Service.ExecSearchPath', [
    ['.', '/a', '/a:/b', '/a b', '/a "', '/a\\:b:/c'],
    ['!', '/a:', ':/a', '/a::/b', 'a', '/a:b', '-/a', '%Z', '/a:/b/..'],
  ]);
  verdicts('Service.TemporaryFileSystem', [
    ['.', '/a', '/a:', '/a:ro', '/a:mode=0755,bogus', '/a:b:c', '"/a b:ro" /c', '/a:%Z'],
    ['!', 'a', ':ro', '-/a', '/a/..:ro', '%Z:ro', '"/a', '""'],
  ]);

  test('paths are marked without what stands before and after them', () => {
    expect(marked('Service.ReadWritePaths', '/a -b +%Z')).toEqual(['b', '%Z']);
    expect(marked('Service.TemporaryFileSystem', 'a:ro /b')).toEqual(['a']);
    expect(marked('Service.ExecSearchPath', '/a:b:c')).toEqual(['b']);
  });
});

describe('bind mounts', () => {
  const always = [
    [
      '.',
      '/a',
      '-/a',
      '"-/a"',
      '/a:/b',
      '-/a:/b',
      '/a:/b:',
      '/a:/b:rbind',
      '/a:/b:norbind',
      '/a:/b:"rbind"',
      '/a:/b /c',
      '"/a b":/c',
      '/a:"/b c"',
      '/a\\x20b:/c',
      '/a\\:b:/c',
    ],
    [
      '!',
      'a',
      '/a:b',
      '/a:',
      '/a::',
      '/a::rbind',
      ':',
      ':/b',
      '/a:/b:ro',
      '/a:/b:rbind,norbind',
      '/a:/b:rbind:x',
      '/a:/b::',
      '/a: /c',
      '-',
      '-:/b',
      '/a:-/b',
      '""',
      '%Z',
      '"/a',
    ],
  ] as const;
  for (const version of [252, 257, 262]) verdicts('Service.BindPaths', always, version);
  for (const version of [252, 257])
    verdicts(
      'Service.BindReadOnlyPaths',
      [
        ['!', '/a  /b', '/a:/b: /c', '/a:/b:\\x72bind'],
        ['.', '\\/a', '/a\\q'],
      ],
      version,
    );
  verdicts(
    'Service.BindReadOnlyPaths',
    [
      ['.', '/a  /b', '/a:/b: /c', '/a:/b:\\x72bind'],
      ['!', '\\/a', '/a\\q'],
    ],
    262,
  );

  test('the wrong field is marked', () => {
    for (const version of [257, 262]) {
      expect(marked('Service.BindPaths', '/a:b /c:/d:ro', version)).toEqual(['b', 'ro']);
    }
  });
});
