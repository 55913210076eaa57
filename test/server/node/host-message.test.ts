import { expect, test } from 'vitest';
import { hostOf } from '../../../server/src/node/host-message.ts';

test('a host that is told of whole', () => {
  const host = hostOf({
    host: {
      name: 'vm',
      scope: 'system',
      architecture: 'arm64',
      units: [{ name: 'a.service' }, { name: 'b.service', image: '/srv/b' }],
      dropIns: [{ path: '/etc/x.conf', text: '' }, { path: '/etc/y.conf' }],
      users: { names: ['root'], complete: true },
      groups: { names: ['root'], complete: false },
    },
  });
  expect(host).toMatchObject({ name: 'vm', scope: 'system', architecture: 'arm64', dropIns: [{ text: '' }, { path: '/etc/y.conf' }] });
  expect([...(host?.units ?? [])]).toEqual([
    ['a.service', {}],
    ['b.service', { image: '/srv/b' }],
  ]);
  expect(['root', 'me'].map(name => host?.hasUser(name))).toEqual([true, false]);
  expect(['root', 'me'].map(name => host?.hasGroup(name))).toEqual([true, undefined]);
});

test('a host of which only the name is known', () => {
  const host = hostOf({ host: { name: 'vm', user: { links: '/l' } } });
  expect(host).toMatchObject({ name: 'vm', scope: 'system' });
  expect(host).not.toHaveProperty('user');
  expect(host).not.toHaveProperty('units');
  expect(host?.hasUser('root')).toBeUndefined();
});

test.each<[string, unknown, unknown]>([
  ['no host', {}, undefined],
  ['nothing', null, undefined],
  ['a nameless one', { host: { scope: 'user' } }, undefined],
  [
    'a user',
    { host: { name: 'vm', scope: 'user', user: { links: '/l', units: '/u' } } },
    { scope: 'user', user: { links: '/l', units: '/u' } },
  ],
  ['half a user', { host: { name: 'vm', scope: 'user', user: { links: '/l' } } }, { name: 'vm', scope: 'user' }],
  [
    'odd parts',
    { host: { name: 'vm', scope: 7, units: 'all', dropIns: [{ path: 1 }, null], users: { names: [1] } } },
    { name: 'vm', dropIns: [] },
  ],
  ['odd units', { host: { name: 'vm', units: [{ name: 'a.service', image: 3 }, 4] } }, { units: new Map() }],
])('%s', (_, message, expected) => {
  const host = hostOf(message);
  if (expected === undefined) expect(host).toBeUndefined();
  else expect(host).toMatchObject(expected ?? {});
});
