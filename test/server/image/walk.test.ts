import { expect, test } from 'vitest';
import { walk } from '../../../server/src/image/walk.ts';
import { closed, imageTree } from './memory-files.ts';

const files = { etc: { hosts: '' }, shut: closed, usr: { lib: { a: '', closed } }, z: '' };
const limits = { entries: 100, expired: () => false };

test('a walk passes over what cannot be read where somebody is told, and ends there where nobody is', async () => {
  const { root } = await imageTree(files);
  const unread: string[] = [];
  const paths: string[] = [];
  for await (const { path } of walk(root, { ...limits, unread: path => unread.push(path) })) paths.push(path);
  expect(paths).toEqual(['/etc', '/shut', '/usr', '/z', '/etc/hosts', '/usr/lib', '/usr/lib/a', '/usr/lib/closed']);
  expect(unread).toEqual(['/shut', '/usr/lib/closed']);
  const whole = async () => {
    for await (const { path } of walk(root, limits)) paths.push(path);
  };
  await expect(whole()).rejects.toMatchObject({ kind: 'denied' });
});
