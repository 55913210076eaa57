import { expect, test } from 'vitest';
import type { HostDefinition, HostImage, HostStatus } from '../../../client/src/hosts/contract.ts';
import { hostFailure } from '../../../client/src/hosts/errors.ts';
import {
  activeHostKey,
  childrenOfFaults,
  childrenOfHost,
  type HostContents,
  hostItem,
  statusBar,
  topmostOfHosts,
} from '../../../client/src/tree/host-items.ts';
import { connected, fakeHost, timedOut } from '../common/fake-host.ts';

const pi: HostDefinition = { kind: 'ssh', name: 'pi', destination: 'root@pi' };
const hello: HostImage = { name: 'hello', kind: 'directory', path: '/run/portables/hello', state: 'running-runtime', readOnly: false };
const other: HostImage = { name: 'other', kind: 'raw', path: '/var/lib/portables/other.raw', state: 'detached', readOnly: false };
const unknown: HostContents = { kind: 'unknown' };
const known: HostContents = { kind: 'known', images: [hello, other] };
const unreachable: HostStatus = { state: 'unreachable', error: timedOut };
const bare: HostStatus = { state: 'connected', systemd: { major: 252, full: '252.39' }, portabled: false };
const denied: HostStatus = { state: 'unreachable', error: hostFailure('not-allowed', 'pi cannot be reached: ssh was not let in.') };

function host(status: HostStatus, definition: HostDefinition = pi) {
  const made = fakeHost(definition);
  made.become(status);
  return made;
}

test.each<[string, HostStatus, HostDefinition, boolean, HostContents, string, string, string]>([
  ['idle', { state: 'idle' }, pi, false, unknown, 'not connected', 'host inactive removable rights', 'remote'],
  ['active', connected, pi, true, known, 'active, systemd 257, 1 image attached', 'host active removable rights', 'pass-filled'],
  [
    'unreachable',
    unreachable,
    pi,
    false,
    unknown,
    'unreachable: connection timed out',
    'host inactive unreachable removable rights',
    'warning',
  ],
  [
    'this machine',
    bare,
    { kind: 'local', name: 'this machine' },
    false,
    unknown,
    'systemd 252, no portabled',
    'host inactive',
    'device-desktop',
  ],
  ['connecting', { state: 'connecting' }, pi, true, unknown, 'active, connecting...', 'host active removable rights', 'loading~spin'],
])('the row of a host: %s', (_name, status, definition, active, contents, description, context, icon) => {
  const made = host(status, definition);
  const item = hostItem({ kind: 'host', host: made }, active, contents);
  expect(item).toMatchObject({ id: `host:${made.id}`, label: definition.name, description, context, icon: { id: icon } });
});

test('below a host are its images, or why there are none', () => {
  const rows = (status: HostStatus, contents: HostContents) => {
    const made = host(status);
    return childrenOfHost(made, contents).map(node => hostItem(node, false, contents));
  };
  expect(rows(connected, known).map(({ label, description }) => [label, description])).toEqual([
    ['hello', 'running until the next reboot, directory'],
    ['other', 'detached, raw'],
  ]);
  expect(rows(connected, { kind: 'known', images: [] })[0]?.label).toBe('No images lie on this host.');
  expect(rows(unreachable, unknown)[0]?.label).toBe('pi cannot be reached: connection timed out. Check that it is up.');
  expect(rows(bare, { kind: 'known', images: [] })[0]?.label).toMatch(/^portabled is not installed there/);
  expect(rows({ state: 'connecting' }, unknown)).toEqual([]);
});

test("what is attached at runtime to a user's own manager goes with the user, not with a reboot", () => {
  const own = fakeHost({ kind: 'ssh', name: 'pi', destination: 'dev@pi', scope: 'user' });
  const row = hostItem({ kind: 'host-image', host: own, image: hello }, false, known);
  expect(row.description).toBe("running until the user's last logout, directory");
});

test('the row of an image says what can be done with it, and when it goes', () => {
  const row = (image: Partial<HostImage>) =>
    hostItem({ kind: 'host-image', host: host(connected), image: { ...other, ...image } }, false, known);
  expect(row({}).context).toBe('host-image unmarked detached');
  expect(row({ readOnly: true })).toMatchObject({ context: 'host-image marked detached', description: 'detached, raw, read-only' });
  const attached = { runtime: true, extensions: ['/x'], units: ['other.service'], states: [] };
  expect(row({ attached, state: 'attached-runtime', usage: 2048 })).toMatchObject({
    context: 'host-image unmarked attached runtime',
    description: 'attached until the next reboot, raw',
    tooltip: [
      '/var/lib/portables/other.raw',
      '2.0 KiB',
      'Attached until the next reboot, and gone after it.',
      'Units: other.service',
      'Extensions: /x',
    ].join('\n'),
  });
  expect(row({ attached: { ...attached, runtime: false } }).context).toBe('host-image unmarked attached persistent');
});

test('the context key says how the active host is', () => {
  expect(activeHostKey(undefined, unknown)).toBe('none');
  expect(activeHostKey(host({ state: 'idle' }), unknown)).toBe('ok');
  expect(activeHostKey(host(connected), known)).toBe('ok');
  expect(activeHostKey(host(bare), unknown)).toBe('noPortabled');
  expect(activeHostKey(host(denied), unknown)).toBe('notAllowed');
  expect(activeHostKey(host(connected), { kind: 'failed', failure: hostFailure('not-allowed', 'No.') })).toBe('notAllowed');
  expect(activeHostKey(host(unreachable), unknown)).toBe('unreachable');
});

test('the status bar names the active host', () => {
  expect(statusBar(undefined)).toMatchObject({ text: '$(server) No host', warning: false });
  expect(statusBar(host(connected))).toMatchObject({ text: '$(server) pi', warning: false });
  expect(statusBar(host(connected)).tooltip).toContain('systemd 257.13-1~deb13u1');
  expect(statusBar(host(unreachable))).toMatchObject({ text: '$(warning) pi', warning: true });
  expect(statusBar(host(bare))).toMatchObject({ warning: true });
  expect(statusBar(host(connected, { ...pi, name: '$(trash)\n' })).text).toBe('$(server) $ (trash)\u{fffd}');
});

test('a copy that was deployed is called by its image, and its row is the same for the next version', () => {
  const version = (time: string): HostImage => {
    const name = `my-app_1_3bb35dcf-${time}-c3adbbd85c-de5145d105`;
    return { ...attachedTo, name, path: `/run/portables/.#versions/${name}` };
  };
  const attachedTo: HostImage = {
    ...hello,
    attached: {
      runtime: true,
      extensions: [],
      units: ['my-app.service'],
      states: [{ name: 'my-app.service', active: 'active', sub: 'running' }],
    },
  };
  const row = (image: HostImage) => hostItem({ kind: 'host-image', host: fakeHost(pi), image }, true, unknown);
  const [first, next] = [row(version('20261128T185556Z')), row(version('20261128T190000Z'))];
  expect(first).toMatchObject({ label: 'my-app_1' });
  expect(first.description).toBe(
    `running until the next reboot, directory, deployed ${new Date(Date.UTC(2026, 10, 28, 18, 55, 56)).toLocaleString()}`,
  );
  expect(next.id).toBe(first.id);
  expect(next.tooltip).toContain('20261128T190000Z');
  expect(row({ ...hello, path: '/run/portables/.#versions/x-20261128T185556Z-a-b' }).label).toBe('hello');
});

test('faults of the setting stand above the hosts, a few unfolded, many counted', () => {
  expect(topmostOfHosts([host(connected)], []).map(({ kind }) => kind)).toEqual(['host']);
  const faults = Array.from({ length: 12 }, (_, n) => `Entry ${n + 1} is skipped: it is not an object.`);
  const [first, second] = topmostOfHosts([host(connected)], faults);
  expect(second?.kind).toBe('host');
  if (!first) throw new Error('no row');
  const opensSetting = 'portableServices.hosts';
  expect(hostItem(first, false, unknown)).toMatchObject({
    label: '12 faults in the hosts setting',
    unfolds: 'folded',
    opensSetting,
  });
  const rows = childrenOfFaults(faults).map(node => hostItem(node, false, unknown));
  expect(rows).toHaveLength(12);
  expect(rows[11]).toMatchObject({ label: 'Entry 12 is skipped: it is not an object.', opensSetting });
  expect(new Set(rows.map(({ id }) => id)).size).toBe(12);
  const [few] = topmostOfHosts([], faults.slice(0, 1));
  expect(few && hostItem(few, false, unknown)).toMatchObject({
    label: '1 fault in the hosts setting',
    unfolds: 'unfolded',
  });
});
