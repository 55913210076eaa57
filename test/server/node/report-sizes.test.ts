import { expect, test } from 'vitest';
import { sizesOf } from '../../../server/src/node/report/sizes.ts';
import { closed, imageTree } from '../image/memory-files.ts';

const limits = { entries: 100, expired: () => false };

test('what cannot be read does not count, and is told', async () => {
  const { root } = await imageTree({ shut: closed, usr: { a: 'abc', closed, lib: { b: '12345' } } });
  const { total, files, partial, unread } = await sizesOf(root, limits);
  expect({ total, files, partial, unread }).toEqual({ total: 8, files: 2, partial: false, unread: { count: 2, first: '/shut' } });
  const whole = await sizesOf((await imageTree({ a: 'abc' })).root, limits);
  expect(whole).not.toHaveProperty('unread');
});
