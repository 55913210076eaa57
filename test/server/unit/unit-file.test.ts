import { expect, test } from 'vitest';
import { sectionsOf, unitFileOf } from '../../../server/src/unit/unit-file.ts';

test.each([
  ['/usr/lib/systemd/system/foo.service', { kind: 'service', role: 'unit', name: 'foo.service' }],
  ['foo@.service', { kind: 'service', role: 'unit', name: 'foo@.service' }],
  ['foo@x.y.service', { kind: 'service', role: 'unit', name: 'foo@x.y.service' }],
  ['-.mount', { kind: 'mount', role: 'unit', name: '-.mount' }],
  ['/etc/systemd/system/a\\x2db.mount', { kind: 'mount', role: 'unit', name: 'a\\x2db.mount' }],
  ['C:\\images\\hello\\foo.socket', { kind: 'socket', role: 'unit', name: 'foo.socket' }],
  ['foo.service.d/x.conf', { kind: 'service', role: 'drop-in', name: 'foo.service' }],
  ['foo@x.service.d/x.conf', { kind: 'service', role: 'drop-in', name: 'foo@x.service' }],
  ['-.mount.d/x.conf', { kind: 'mount', role: 'drop-in', name: '-.mount' }],
  ['foo-.timer.d/10-x.conf', { kind: 'timer', role: 'drop-in' }],
  ['foo.timer.d/.10-x.conf', undefined],
  ['foo-@.timer.d/10-x.conf', { kind: 'timer', role: 'drop-in' }],
  ['foo-@a.timer.d/10-x.conf', { kind: 'timer', role: 'drop-in' }],
  ['-@.timer.d/10-x.conf', { kind: 'timer', role: 'drop-in', name: '-@.timer' }],
  ['/etc/systemd/system/service.d/x.conf', { kind: 'service', role: 'drop-in' }],
  ['/usr/lib/systemd/portable/profile/strict/service.conf', { kind: 'service', role: 'profile' }],
  ['portable/profile/own/socket.conf', { kind: 'socket', role: 'profile' }],
  ['units/foo.service.in', { kind: 'service', role: 'unit', name: 'foo.service', placeholders: true }],
  ['foo.service.d/x.conf.j2', { kind: 'service', role: 'drop-in', name: 'foo.service', placeholders: true }],
  ['/etc/systemd/system/.#foo.service0123456789abcdef', { kind: 'service', role: 'unit', name: 'foo.service' }],
  ['foo.service.d/.#override.conf0123456789abcdef', { kind: 'service', role: 'drop-in', name: 'foo.service' }],
  ['.#foo.service', undefined],
  ['README.in', undefined],
  ['/etc/tmpfiles.d/x.conf', undefined],
  ['/etc/systemd/system.conf.d/x.conf', undefined],
  ['profile/own/service.conf', undefined],
  ['portable/profile/own/foo.conf', undefined],
  ['.service', undefined],
  ['service', undefined],
  ['README.md', undefined],
  ['/usr/share/dbus-1/system-services/org.example.service', undefined],
  ['/etc/avahi/services/ssh.service', undefined],
])('%s', (path, expected) => {
  expect(unitFileOf(path)).toEqual(expected);
});

test('sections by type', () => {
  expect(sectionsOf({ kind: 'path', role: 'unit' })).toEqual(['Unit', 'Path', 'Install']);
  expect(sectionsOf({ kind: 'target', role: 'drop-in' })).toEqual(['Unit', 'Target', 'Install']);
  expect(sectionsOf({ role: 'drop-in' })).toContain('Slice');
});
