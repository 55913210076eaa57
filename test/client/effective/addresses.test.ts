import { expect, test } from 'vitest';
import { effectiveAddress, profileAddress, readEffectiveAddress, readProfileAddress } from '../../../client/src/effective/addresses.ts';

test.each([
  [{ uri: 'file:///x/hello.service' }, '/hello.service'],
  [{ uri: 'file:///x/a%20b%3F.service', profile: 'strict' }, '/strict/a b?.service'],
])('%j', (address, path) => {
  const made = effectiveAddress(address);
  expect(made.path).toBe(path);
  expect(readEffectiveAddress(made)).toEqual(address);
});

test.each([[''], ['x'], ['null'], ['{"uri":1}']])('%j is none', query => {
  expect(readEffectiveAddress({ path: '/x', query })).toBeUndefined();
});

test('profiles', () => {
  expect(readProfileAddress(profileAddress('strict', 257))).toEqual({ name: 'strict', systemd: 257 });
  expect(readProfileAddress({ path: '/portable/profile/a/b/service.conf', query: '257' })).toBeUndefined();
  expect(readProfileAddress({ path: '/portable/profile/a/service.conf', query: 'x' })).toBeUndefined();
});
