/** Image policies; every verdict here was seen on the real systemd of that version. */
import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('image policies', () => {
  verdicts('Service.RootImagePolicy', [
    ['.', '', '*', '-', '~', 'root=', '=', '=open', 'root = open', 'root=-', 'root=ext4', 'root=foo', 'foo=open', 'root=open+', '\\='],
    ['X', '**', 'yes', '+', ':', 'root=open:', ':root=open', 'root=open:root=absent', '=open:=open', 'foo=open:bar', 'root=foo:root=bar'],
  ]);
  verdicts(
    'Service.RootImagePolicy',
    [
      ['.', '', '*', 'root=', '=', 'root=verity+signed:usr=absent', 'root=growfs-on+growfs-off', 'root= open'],
      ['X', 'root=ext4', 'root=foo', 'foo=open', 'root=open+', 'root=+open', 'root=OPEN', 'root-secondary=open', '"root=open"'],
    ],
    257,
  );

  test('the wrong word is marked', () => {
    expect(marked('Service.RootImagePolicy', 'root=open:usr=opn', 257)).toEqual(['opn']);
    expect(marked('Service.RootImagePolicy', 'rot=open', 257)).toEqual(['rot']);
    expect(marked('Service.RootImagePolicy', 'root=open:root=absent')).toEqual(['root=absent']);
    expect(marked('Service.RootImagePolicy', 'root=open:')).toEqual([':']);
  });
});
