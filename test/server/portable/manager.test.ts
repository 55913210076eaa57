// Whose portabled attaches a unit, and what its services get by that.
import { expect, test } from 'vitest';
import { knownHost } from '../../../server/src/portable/known-host.ts';
import { managerOf } from '../../../server/src/portable/manager.ts';
import { check } from '../../../server/src/rules/check.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import type { Manager } from '../../../server/src/unit/search-path.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { unitSet } from '../../../server/src/unit/unit-set.ts';

const own = '/x/usr/lib/systemd/user/x.service';
const systems = '/x/usr/lib/systemd/system/x.service';

test.each<readonly [string, string | undefined, string | undefined, Manager | undefined, number, Manager]>([
  ['where it lies', own, undefined, undefined, 262, 'user'],
  ['where it lies, whatever the host', own, 'any', 'system', 262, 'user'],
  ['a system unit on the host of a user', systems, 'any', 'user', 262, 'system'],
  ['the host', '/x/x.service', undefined, 'user', 260, 'user'],
  ['the host before its image', undefined, 'user', 'system', 262, 'system'],
  ['the image', undefined, 'user', undefined, 262, 'user'],
  ['an image for any', undefined, 'any', undefined, 262, 'system'],
  ['nobody', undefined, undefined, undefined, 262, 'system'],
  ['a systemd without a portabled for users', own, 'user', 'user', 259, 'system'],
])('%s', (_, path, scope, host, systemd, expected) => {
  expect(managerOf({ path, scope }, { systemd, ...(host && { host: knownHost({ name: 'h', scope: host }) }) })).toBe(expected);
});

function codes(text: string, path: string, scope: string | undefined, systemd = 262): readonly string[] {
  const tree = parseUnit(`[Service]\nExecStart=/usr/bin/x\n${text}`);
  const unit = unitFileOf(path) ?? { role: 'unit' };
  const release = { ID: 'x', PORTABLE_PREFIXES: 'x', ...(scope !== undefined && { PORTABLE_SCOPE: scope }) };
  const inTree = { root: '/x', name: 'x', release, units: ['x.service'], distribution: false, mountPoints: true, beside: () => [] };
  const among = { path, set: unitSet([{ path, unit, tree: () => tree }]) };
  return check({ tree, unit, inTree, among, target: { systemd } }).map(({ code }) => code);
}

test('rules of the sandbox take the profiles of the manager that attaches the unit', () => {
  // DynamicUser= and ProtectHome= are not in those for users
  const line = 'User=root\nWorkingDirectory=/home/x\n';
  expect(codes(line, systems, undefined)).toEqual(['sandbox/root-user', 'sandbox/hidden-path']);
  expect(codes(line, own, 'user')).toEqual(['sandbox/root-user']);
  expect(codes('WorkingDirectory=/home/x\n', own, 'user')).toEqual([]);
  expect(codes('WorkingDirectory=/run/x\n', own, 'user')).toEqual(['sandbox/hidden-path']);
});

test.each([
  ['a unit for users in an image for the system', own, undefined, 262],
  ['a system unit in an image for users', systems, 'user', 262],
  ['an image for users, before there was a portabled for them', own, 'user', 257],
])('nothing is said of %s, which is not attached', (_, path, scope, systemd) => {
  expect(codes('WorkingDirectory=/run/x\n', path, scope, systemd)).toEqual([]);
});

test.each([
  [own, 262, ['unit/sandbox-conflict']],
  [own, 257, ['unit/sandbox-conflict']],
  [own, 252, []],
  ['/etc/systemd/system/x.service', 262, []],
])('DynamicUser= in %s, systemd %i', (path, systemd, expected) => {
  expect(codes('DynamicUser=yes\n', path, 'user', systemd).filter(code => code.startsWith('unit/'))).toEqual(expected);
});
