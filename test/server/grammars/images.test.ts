import { describe, expect, test } from 'vitest';
import { readValue } from '../../../server/src/catalogue/grammars/index.ts';
import { marked, verdicts } from './cases.ts';

describe('images', () => {
  verdicts('Service.RootImageOptions', [
    ['.', 'ro', 'root:ro', 'root:ro,nosuid usr:ro', ':ro', 'root:', 'esp:umask=0077', '"home:a b"', 'a\\:b', 'root\\x3aro'],
    ['!', 'bogus:ro', 'root:ro:x', 'Root:ro', 'root-secondary:ro', 'root:%Z', '%Z', '"ro', 'a\\q'],
  ]);
  verdicts(
    'Service.RootImageOptions',
    [
      ['.', 'root-secondary:ro', 'usr-other-verity-sig:ro'],
      ['!', 'empty:ro'],
    ],
    252,
  );
  verdicts('Service.MountImages', [
    ['.', '/a:/b', '-/a:/b', '/a:/b:ro', '/a:/b:root:ro', '/a:/b:root:ro:usr:nosuid', '/dev/x:/dev/y', '"/a b:/c"', '/a::/b', '""'],
    ['!', '/a', 'a:/b', '/a:b', '/sys/x:/b', '/a:/proc', '/a:/b:bogus:ro', '/a:/b:%Z', '/a:/b:root:%Z', '/a/..:/b/..', '"/a:/b'],
  ]);
  verdicts('Service.MountImages', [['.', '/sys/x:/proc']], 252);
  verdicts('Service.ExtensionImages', [
    ['.', '/a', '-/a', '/a /b', '/a:ro', '/a:root:ro', ':/a'],
    ['!', 'a', '/a:bogus:ro', '/dev/x', '/proc', '/sys/x', '--/a', '/a:%Z', '%Z'],
  ]);
  verdicts('Service.ExtensionImages', [['.', '/dev/x', '/proc']], 252);

  test('the wrong field is marked', () => {
    expect(marked('Service.RootImageOptions', 'root:ro bogus:ro')).toEqual(['bogus']);
    expect(marked('Service.MountImages', '/a:/b:root:%Z /c:d')).toEqual(['%Z', 'd']);
    expect(marked('Service.ExtensionImages', '-a:ro')).toEqual(['a']);
  });
});

describe('hashes and policies', () => {
  const hash = '0123456789abcdef0123456789ABCDEF';
  verdicts('Service.RootHash', [
    ['.', hash, `${hash} ab`, '/a', '/../%Z', '01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd e f'],
    ['!', hash.slice(1), hash.slice(2), `${hash}0`, `0x${hash}`, 'a'],
  ]);
  verdicts('Service.RootHashSignature', [
    ['.', '/x', '/../x', 'base64:AA==', 'base64: AAAA', 'base64:'],
    ['!', 'x', 'base64:A', 'AAAA', 'base64:AA== AA'],
  ]);

  test('a policy is read word by word', () => {
    const context = { version: 262, section: 'Service', key: 'RootImagePolicy', unitType: 'service' };
    const { parts, faults } = readValue('Service', 'RootImagePolicy', 'root=verity+signed:=absent', context);
    expect(faults).toEqual([]);
    expect(parts.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'partition: root',
      'flag: verity',
      'flag: signed',
      'partition: ',
      'flag: absent',
    ]);
  });
});
