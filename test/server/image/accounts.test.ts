import { expect, test } from 'vitest';
import { accountsOf } from '../../../server/src/image/accounts.ts';
import { decodeFileCapabilities } from '../../../server/src/image/file-capabilities.ts';
import { imageTree } from './memory-files.ts';

test('users and groups of passwd, group and sysusers.d', async () => {
  const tree = await imageTree({
    etc: {
      passwd: 'root:x:0:0:root:/root:/bin/sh\n+nis\nbad\n',
      group: 'root:x:0:\n',
      'sysusers.d': { 'a.conf': 'u masks - -\n' },
    },
    usr: {
      lib: {
        'sysusers.d': {
          'a.conf': 'u hidden - -\n',
          'b.conf': '# no\nu hello 900 "Hello" /var/lib/hello\nu! locked 901:root\ng tools 70\nm member team\nu %i-user -\nr - 500-600\n',
          'c.txt': 'u no -\n',
        },
      },
    },
  });
  const { users, groups } = await accountsOf(tree);
  expect([...users.values()]).toEqual([
    { name: 'root', id: 0, from: 'database' },
    { name: 'masks', from: 'sysusers' },
    { name: 'hello', id: 900, from: 'sysusers' },
    { name: 'locked', id: 901, from: 'sysusers' },
    { name: 'member', from: 'sysusers' },
  ]);
  expect([...groups.keys()]).toEqual(['root', 'masks', 'hello', 'tools', 'member', 'team']);
});

test.each([
  ['01000002 00200000 00000000 00000000 00000000', { permitted: 1n << 13n, inheritable: 0n, effective: true }],
  ['01000001 00200000 00000000', { permitted: 1n << 13n, inheritable: 0n, effective: true }],
  ['00000003 00000000 01000000 00000000 00000000 e8030000', { permitted: 0n, inheritable: 1n, effective: false, rootId: 1000 }],
  ['01000002 00200000', undefined],
  ['01000009 00200000 00000000 00000000 00000000', undefined],
  ['', undefined],
])('capabilities of a file: %s', (hex, expected) => {
  expect(decodeFileCapabilities(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toEqual(expected);
});
