import { expect, test } from 'vitest';
import type { Host, HostImage } from '../../../client/src/hosts/contract.ts';
import { hostFailure } from '../../../client/src/hosts/errors.ts';
import type { HostContents } from '../../../client/src/tree/host-items.ts';
import { childrenOfGroup, type ImageNode, imageItem, topmostOfImages } from '../../../client/src/tree/image-items.ts';
import { connected, fakeHost, image, timedOut } from '../common/fake-host.ts';

const unknown: HostContents = { kind: 'unknown' };
const there: HostImage = { name: 'there_1', kind: 'directory', path: '/var/lib/portables/there_1', state: 'detached', readOnly: false };
const withoutPortabled: Host['status'] = { state: 'connected', systemd: { major: 257, full: '257.13' }, portabled: false };
const known = (...images: HostImage[]): HostContents => ({ kind: 'known', images });
const item = (node: ImageNode) => imageItem(node, { onHost: { kind: 'no-host' }, doing: undefined, now: 0 });

function topmost(host: Host | undefined, contents: HostContents, change: { readonly images?: []; readonly problem?: string } = {}) {
  return topmostOfImages({ images: [image()], problem: undefined, host, contents, copies: new Set(), ...change });
}

/** A host, already in a state. */
function hostThatIs(status: Host['status']) {
  const host = fakeHost();
  host.become(status);
  return host;
}

test('the active host is the last row, whatever it says: no row moves, and none is another', () => {
  const host = fakeHost();
  const ids = () => topmost(host, unknown).map(node => item(node).id);
  const before = ids();
  expect(before).toEqual(['image:/work/hello', `host-group:${host.id}`]);
  for (const status of [{ state: 'connecting' }, connected, { state: 'unreachable', error: timedOut }, withoutPortabled] as const) {
    host.become(status);
    expect(ids()).toEqual(before);
  }
});

test('without any image there is no row, so that the view can welcome', () => {
  expect(topmost(undefined, unknown, { images: [] })).toEqual([]);
  expect(topmost(hostThatIs({ state: 'unreachable', error: timedOut }), unknown, { images: [] })).toEqual([]);
  expect(topmost(hostThatIs(connected), known(there), { images: [] })).toHaveLength(1);
  expect(topmost(undefined, unknown).map(({ kind }) => kind)).toEqual(['image']);
});

test('images that could not be read are told behind those that are known', () => {
  const [, problem, group] = topmost(fakeHost(), unknown, { problem: 'the server\nis gone' });
  expect(problem && item(problem)).toMatchObject({
    label: 'The images could not be read: the server\u{fffd}is gone',
    icon: { id: 'warning' },
  });
  expect(group).toMatchObject({ kind: 'host-group' });
});

const denied = hostFailure('not-allowed', 'You may not ask portabled.', 'Set up rights.');
test.each<[string, Host['status'], HostContents, Record<string, unknown>, string[]]>([
  ['not connected', { state: 'idle' }, unknown, { description: 'not connected', icon: { id: 'server' } }, []],
  ['connecting', { state: 'connecting' }, unknown, { description: 'connecting...' }, []],
  ['not told yet', connected, unknown, { description: '' }, []],
  ['one image', connected, known(there), { description: '1 image', context: 'host-group' }, ['there_1']],
  ['two images', connected, known(there, { ...there, path: '/x' }), { description: '2 images' }, ['there_1', 'there_1']],
  ['no others', connected, known(), { description: 'no other images' }, ['No other images lie on this host.']],
  [
    'unreachable',
    { state: 'unreachable', error: timedOut },
    known(there),
    { description: 'unreachable: connection timed out', context: 'host-group unreachable', icon: { id: 'warning' } },
    ['pi cannot be reached: connection timed out. Check that it is up.'],
  ],
  [
    'no portabled',
    withoutPortabled,
    known(),
    { description: 'no portabled', icon: { id: 'warning' } },
    ['portabled is not installed there. On Debian it is in the package systemd-container.'],
  ],
  [
    'refused',
    connected,
    { kind: 'failed', failure: denied },
    { description: 'state unknown', tooltip: 'You may not ask portabled. Set up rights.' },
    ['You may not ask portabled. Set up rights.'],
  ],
])('the active host among the images: %s', (_name, status, contents, row, below) => {
  const group = topmost(hostThatIs(status), contents).at(-1);
  if (group?.kind !== 'host-group') throw new Error('no host');
  const { icon, ...rest } = row;
  expect(item(group)).toMatchObject({ label: 'On build-vm', ...rest, ...(icon ? { icon: expect.objectContaining(icon) } : {}) });
  expect(childrenOfGroup(group).map(node => item(node).label)).toEqual(below);
});

test('copies of the images above are no others', () => {
  const parts = { images: [image()], problem: undefined, host: hostThatIs(connected), contents: known(there) };
  expect(topmostOfImages({ ...parts, copies: new Set([there.path]) }).at(-1)).toMatchObject({ kind: 'host-group', images: [] });
});
