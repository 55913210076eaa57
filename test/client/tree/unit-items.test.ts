import { expect, test } from 'vitest';
import type { HostImage, UnitState } from '../../../client/src/hosts/contract.ts';
import { childrenOfHostImage, failedBadge, failedUnits, hostItem } from '../../../client/src/tree/host-items.ts';
import { failedUnitOf } from '../../../client/src/tree/image-items.ts';
import { unitContext, unitDescription, unitDetails, unitIcon } from '../../../client/src/tree/unit-items.ts';
import { connected, fakeHost, image } from '../common/fake-host.ts';

const now = Date.UTC(2026, 10, 23);
const running: UnitState = {
  name: 'hello.service',
  active: 'active',
  sub: 'running',
  since: now - 180_000,
  mainPid: 42,
  memory: 2 * 1024 * 1024,
  cpu: 12.4,
  restarts: 2,
  enabled: 'enabled-runtime',
  says: 'all\nwell',
};
const failed: UnitState = { name: 'bad.service', active: 'failed', sub: 'failed', result: 'exit-code' };
const there: HostImage = {
  name: 'hello_1',
  kind: 'directory',
  path: '/var/lib/portables/hello_1',
  state: 'running-runtime',
  readOnly: false,
  attached: { runtime: true, extensions: [], units: ['hello.service', 'bad.service', 'hello@.service'], states: [failed, running] },
};
const contents = { kind: 'known', images: [there] } as const;

test('states are words as well as icons', () => {
  expect([unitDescription(running.name, [running], now), unitIcon(running.name, [running])]).toEqual([
    'active for 3 min, 2 restarts',
    { id: 'gear', color: 'testing.iconPassed' },
  ]);
  expect([unitDescription(failed.name, [failed], now), unitIcon(failed.name, [failed]).id]).toEqual(['failed: exit-code', 'error']);
  expect([unitDescription('bad@.service', [running, failed], now), unitIcon('bad@.service', [running, failed]).id]).toEqual([
    'template, 2 instances, 1 failed',
    'error',
  ]);
  expect([unitDescription('a.socket', [], now), unitIcon('a.socket', [])]).toEqual(['', { id: 'plug' }]);
});

test('everything that is known stands in the tooltip, a line each', () => {
  const lines = unitDetails(running);
  expect(lines).toEqual(expect.arrayContaining(['State: active (running)', 'Main process: 42', 'Memory: 2.0 MiB', 'Processor: 12 ms']));
  expect(lines).toEqual(expect.arrayContaining(['Restarted by systemd: 2', 'At boot: enabled-runtime', 'Says of itself: all\u{fffd}well']));
  expect(unitDetails(failed)).toEqual(['State: failed (failed)', 'Result: exit-code']);
});

test.each<[string, readonly UnitState[], string]>([
  ['hello.service', [running], 'attached service active enabled'],
  ['bad.service', [failed], 'attached service failed'],
  ['loops.service', [{ name: 'loops.service', active: 'activating', sub: 'auto-restart' }], 'attached service active restarting'],
  ['hello@.service', [running], 'attached service template'],
  ['bad@.service', [running, failed], 'attached service template failed'],
  ['a.timer', [{ name: 'a.timer', active: 'activating', sub: 'x', enabled: 'disabled' }], 'attached timer active'],
])('%s: the words for menus', (name, live, words) => expect(unitContext(name, live)).toBe(words));

test('below an image of a host stand its units and templates', () => {
  const host = fakeHost();
  const rows = childrenOfHostImage({ kind: 'host-image', host, image: there }).map(node => hostItem(node, true, contents, now));
  expect(rows.map(({ label, description, context }) => [label, description, context])).toEqual([
    ['bad.service', 'failed: exit-code', 'host-unit attached service failed'],
    ['hello.service', 'active for 3 min, 2 restarts', 'host-unit attached service active enabled'],
    ['hello@.service', 'template', 'host-unit attached service template'],
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  expect(hostItem({ kind: 'host-image', host, image: there }, true, contents)).toMatchObject({
    description: '1 failed, running until the next reboot, directory',
    icon: { id: 'error' },
    unfolds: 'folded',
  });
});

test('the badge counts what failed on the active host, and is gone while it cannot be reached', () => {
  const host = fakeHost();
  expect(failedUnits(contents)).toEqual([failed]);
  expect(failedBadge(host, contents)).toBeUndefined();
  host.become(connected);
  expect(failedBadge(host, contents)).toEqual({ value: 1, tooltip: 'bad.service failed on build-vm' });
  expect(failedBadge(host, { kind: 'known', images: [there, { ...there, path: '/x' }] })?.tooltip).toBe('2 units failed on build-vm');
  expect(failedBadge(host, { kind: 'unknown' })).toBeUndefined();
  expect(failedBadge(undefined, contents)).toBeUndefined();
});

test('why is asked of one unit that failed', () => {
  const host = fakeHost();
  const [service] = image().units;
  const state = (unit: UnitState) =>
    ({ onHost: { kind: 'known', host, state: { attached: true, hostPath: '/x', runtime: true, running: false, units: [unit] } } }) as const;
  if (!service) throw new Error('no unit');
  const node = { kind: 'unit', image: image(), unit: service } as const;
  const broken = { ...failed, name: service.name };
  expect(failedUnitOf(node, state(broken))).toEqual({ host, unit: broken });
  expect(failedUnitOf(node, state({ ...broken, active: 'activating', sub: 'auto-restart' }))).toBeDefined();
  expect(failedUnitOf(node, state(running))).toBeUndefined();
  expect(failedUnitOf({ kind: 'host-unit', host, image: there, unit: failed }, { onHost: { kind: 'no-host' } })).toEqual({
    host,
    unit: failed,
  });
});
