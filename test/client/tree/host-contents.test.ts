import { expect, test } from 'vitest';
import { createHostRegistry } from '../../../client/src/common/host-registry.ts';
import type { HostDefinition, HostImage } from '../../../client/src/hosts/contract.ts';
import { createHostContents } from '../../../client/src/tree/host-contents.ts';
import { hostItem } from '../../../client/src/tree/host-items.ts';
import { connected, type FakeHost, fakeHost, timedOut } from '../common/fake-host.ts';

const local: HostDefinition = { kind: 'local', name: 'this machine' };
const pi: HostDefinition = { kind: 'ssh', name: 'pi', destination: 'root@pi' };
const dead: HostDefinition = { kind: 'ssh', name: 'dead', destination: 'dead' };

function setUp(activeId?: string) {
  const hosts = new Map<string, FakeHost>();
  const registry = createHostRegistry({
    definitions: () => [local, pi, dead],
    create: definition => {
      const host = fakeHost(definition);
      hosts.set(definition.name, host);
      return host;
    },
    remembered: () => activeId,
    remember: async () => {},
    defaultHost: () => '',
    failed: () => {},
  });
  registry.reload();
  const get = (name: string) => {
    const host = hosts.get(name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  };
  return { registry, contents: createHostContents(registry), get };
}

const settle = () => new Promise(resolve => setTimeout(resolve, 5));

test('nobody looks: no host is asked or listened to', async () => {
  const { get } = setUp('ssh:root@pi');
  await settle();
  expect([...get('pi').calls, ...get('this machine').calls, get('pi').listeners()]).toEqual([0]);
});

test('looked at: this machine and the active host are asked, another ssh host is not', async () => {
  const { contents, get } = setUp('ssh:root@pi');
  const watch = contents.watch();
  await settle();
  expect(get('this machine').calls).toContain('images');
  expect(get('pi').calls).toContain('images');
  expect(get('dead').calls).toEqual([]);
  watch.dispose();
  expect(get('pi').listeners()).toBe(0);
});

test('an unreachable host is tried once, not again and again', async () => {
  const { contents, get } = setUp('ssh:dead');
  get('dead').refuses = timedOut;
  contents.watch();
  await settle();
  expect(get('dead').calls).toEqual(['connect']);
  expect(contents.of(get('dead'))).toEqual({ kind: 'failed', failure: timedOut });
});

test('a change on a connected host is read while someone looks', async () => {
  const { contents, get } = setUp();
  const watch = contents.watch();
  await settle();
  const host = get('this machine');
  const before = host.calls.length;
  host.contents.push({ name: 'hello', kind: 'raw', path: '/x', state: 'attached', readOnly: false });
  host.become(connected);
  await settle();
  expect(host.calls.slice(before)).toEqual(['images']);
  expect(contents.of(host)).toEqual({ kind: 'known', images: host.contents });
  watch.dispose();
  host.become(connected);
  await settle();
  expect(host.calls.slice(before)).toEqual(['images']);
});

test('twenty hosts, three of them dead: all are there at once, the dead say so when they are tried, and hold nobody up', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `vm${i}`);
  const hosts = new Map<string, FakeHost>();
  const registry = createHostRegistry({
    definitions: () => names.map(name => ({ kind: 'ssh', name, destination: name })),
    create: definition => {
      const host = fakeHost(definition);
      hosts.set(definition.name, host);
      return host;
    },
    remembered: () => 'ssh:vm0',
    remember: async () => {},
    defaultHost: () => '',
    failed: () => {},
  });
  registry.reload();
  const contents = createHostContents(registry);
  const [active, hangs, refuses] = ['vm0', 'vm1', 'vm2'].map(name => hosts.get(name));
  if (!active || !hangs || !refuses) throw new Error('no such host');
  active.refuses = timedOut;
  refuses.refuses = timedOut;
  hangs.connect = () => new Promise(() => {});
  const watch = contents.watch();
  expect(registry.hosts().map(host => hostItem({ kind: 'host', host }, host === registry.active(), contents.of(host)).label)).toEqual(
    names,
  );
  await settle();
  const asked = [...hosts.values()].filter(host => host.calls.length > 0).map(host => host.name);
  expect(asked).toEqual(['vm0']); // the active one alone
  expect(contents.of(active)).toMatchObject({ kind: 'failed' });
  void contents.refresh(hangs);
  await Promise.all([...hosts.values()].filter(host => host !== hangs).map(contents.refresh));
  expect([...hosts.values()].map(host => contents.of(host).kind)).toEqual([
    'failed',
    'unknown',
    'failed',
    ...names.slice(3).map(() => 'known'),
  ]);
  watch.dispose();
});

test('what a host answers late says nothing of the one that took its place', async () => {
  const { registry, contents, get } = setUp('ssh:root@pi');
  const before = get('pi');
  let answer = (_images: HostImage[]): void => {};
  before.images = () => new Promise(resolve => (answer = resolve));
  const watch = contents.watch();
  await settle();
  registry.reload(({ definition }) => definition.kind === 'ssh');
  await settle();
  const now = get('pi');
  expect(now).not.toBe(before);
  expect(contents.of(now)).toEqual({ kind: 'known', images: [] }); // it was asked, though the other one has not answered
  answer([{ name: 'old', kind: 'raw', path: '/x', state: 'detached', readOnly: false }]);
  await settle();
  expect(contents.of(now)).toEqual({ kind: 'known', images: [] });
  watch.dispose();
});
