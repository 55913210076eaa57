import { describe, expect, test } from 'vitest';
import { createHostRegistry } from '../../../client/src/common/host-registry.ts';
import type { HostDefinition } from '../../../client/src/hosts/contract.ts';
import { type FakeHost, fakeHost } from './fake-host.ts';

const local: HostDefinition = { kind: 'local', name: 'this machine' };
const pi: HostDefinition = { kind: 'ssh', name: 'pi', destination: 'root@pi' };
const vm: HostDefinition = { kind: 'container', name: 'build-vm', pidFile: '/run/pid' };

function setUp(first: readonly HostDefinition[], options: { remembered?: string; defaultHost?: string } = {}) {
  const made: FakeHost[] = [];
  const world = { definitions: first, remembered: options.remembered, changes: 0 };
  const registry = createHostRegistry({
    definitions: () => world.definitions,
    create: definition => {
      const host = fakeHost(definition);
      made.push(host);
      return host;
    },
    remembered: () => world.remembered,
    remember: async id => {
      world.remembered = id;
    },
    defaultHost: () => options.defaultHost ?? '',
    failed: error => {
      throw error;
    },
  });
  registry.onDidChange(() => world.changes++);
  registry.reload();
  return { registry, world, made };
}

describe('the active host', () => {
  test.each<[string, { remembered?: string; defaultHost?: string }, string | undefined]>([
    ['none at first', {}, undefined],
    ['the default by name', { defaultHost: 'build-vm' }, 'container:build-vm'],
    ['the default by id', { defaultHost: 'ssh:root@pi' }, 'ssh:root@pi'],
    ['an unknown default counts for nothing', { defaultHost: 'gone' }, undefined],
    ['the remembered one before the default', { remembered: 'local', defaultHost: 'build-vm' }, 'local'],
    ['a remembered one that is gone gives way', { remembered: 'ssh:gone', defaultHost: 'build-vm' }, 'container:build-vm'],
    ['remembered as none stays none', { remembered: '', defaultHost: 'build-vm' }, undefined],
  ])('%s', (_name, options, id) => expect(setUp([local, vm, pi], options).registry.active()?.id).toBe(id));

  test('is remembered when chosen, and forgotten when unset', async () => {
    const { registry, world } = setUp([local, pi]);
    await registry.setActive('ssh:root@pi');
    expect([registry.active()?.name, world.remembered]).toEqual(['pi', 'ssh:root@pi']);
    await registry.setActive(undefined);
    expect([registry.active(), world.remembered]).toEqual([undefined, '']);
  });
});

describe('reading the definitions anew', () => {
  test('keeps what stayed, closes what went, makes what came', () => {
    const { registry, world, made } = setUp([local, pi]);
    const [first, second] = registry.hosts();
    world.definitions = [local, vm];
    registry.reload();
    expect(registry.hosts()[0]).toBe(first);
    expect(registry.hosts().map(({ id }) => id)).toEqual(['local', 'container:build-vm']);
    expect(made.find(host => host === second)?.calls).toEqual(['dispose']);
    expect(world.changes).toBe(2);
  });

  test('says nothing when nothing changed', () => {
    const { registry, world } = setUp([local, pi]);
    registry.reload();
    expect(world.changes).toBe(1);
  });

  test('an edited host is a new one', () => {
    const { registry, world } = setUp([vm]);
    const [before] = registry.hosts();
    world.definitions = [{ ...vm, pidFile: '/run/other' }];
    registry.reload();
    expect(registry.hosts()[0]).not.toBe(before);
  });

  test('hosts that are to be made anew are, and no other; the active one stays active', () => {
    const { registry, made } = setUp([vm, pi], { remembered: 'ssh:root@pi' });
    const [first, second] = registry.hosts();
    registry.reload(({ definition }) => definition.kind === 'ssh');
    expect(registry.hosts()[0]).toBe(first);
    expect(registry.hosts()[1]).not.toBe(second);
    expect(made.find(host => host === second)?.calls).toEqual(['dispose']);
    expect(registry.active()).toBe(registry.hosts()[1]);
  });
});

test('disposing closes every host', async () => {
  const { registry, made } = setUp([local, pi]);
  await registry.dispose();
  expect(made.map(host => host.calls)).toEqual([['dispose'], ['dispose']]);
});
