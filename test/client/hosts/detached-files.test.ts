// Which files go with a detach, and which of them are there to go.
import { expect, test } from 'vitest';
import { filesThatMayGo } from '../../../client/src/hosts/attach/detached-files.ts';
import type { AttachedUnit } from '../../../client/src/hosts/attach/image-state.ts';
import { linksThatStay } from '../../../client/src/hosts/attach/stale-links.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';

const unit = (name: string, more: Partial<AttachedUnit> = {}): AttachedUnit => ({
  ...{ name, image: '/srv/hello_1.raw', extensions: [], runtime: true },
  ...more,
});

test('the units with what portabled wrote beside them, and the links of their images', () => {
  const going = [unit('hello.service', { extensions: ['/srv/ext'] }), unit('hello@.service'), unit('hello.timer', { runtime: false })];
  expect(filesThatMayGo(systemPlaces, going, 262)).toEqual([
    '/etc/portables/hello_1.raw',
    '/etc/systemd/system.attached/hello.timer',
    '/etc/systemd/system.attached/hello.timer.d/10-profile.conf',
    '/etc/systemd/system.attached/hello.timer.d/20-portable.conf',
    '/run/portables/ext',
    '/run/portables/hello_1.raw',
    '/run/systemd/system.attached/hello.service',
    '/run/systemd/system.attached/hello.service.d/10-profile.conf',
    '/run/systemd/system.attached/hello.service.d/20-portable.conf',
    '/run/systemd/system.attached/hello@.service',
    '/run/systemd/system.attached/hello@.service.d/10-profile.conf',
    '/run/systemd/system.attached/hello@.service.d/20-portable.conf',
  ]);
});

test('no units, no files', () => expect(filesThatMayGo(systemPlaces, [], 262)).toEqual([]));

test.each([
  [247, '/run/portables/x_a:b'],
  [252, '/run/portables/x_a\\x3ab'],
])('on systemd %i, of a name with a colon the link goes that is named as the marker has it', (major, link) => {
  expect(filesThatMayGo(systemPlaces, [unit('x.service', { image: '/srv/x_a:b' })], major)[0]).toBe(link);
});

test('the link that portabled leaves of such a name is known', () => {
  const going = [unit('x.service', { image: '/srv/x_a:b' }), unit('y.service', { image: '/srv/y_1', runtime: false })];
  expect([...linksThatStay(systemPlaces, going, 262)]).toEqual([['/run/portables/x_a:b', '/srv/x_a:b']]);
  expect([...linksThatStay(systemPlaces, going, 247)]).toEqual([]);
});
