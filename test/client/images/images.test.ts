import { expect, test } from 'vitest';
import { createHostRegistry } from '../../../client/src/common/host-registry.ts';
import { concernsImages, createImagesModel } from '../../../client/src/images/model.ts';
import { createImageStates } from '../../../client/src/images/states.ts';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { connected, type FakeHost, fakeHost, image, timedOut } from '../common/fake-host.ts';

const settle = () => new Promise(resolve => setTimeout(resolve, 5));

function imagesOf(list: readonly ImageFacts[] | Error) {
  const world = { asked: 0, watching: 0, list, touch: () => {} };
  const model = createImagesModel({
    folders: () => ['/work'],
    ask: async () => {
      world.asked++;
      if (world.list instanceof Error) throw world.list;
      return { images: world.list };
    },
    onFiles: changed => {
      world.watching++;
      world.touch = changed;
      return { dispose: () => world.watching-- };
    },
  });
  return { model, world };
}

test('images are read when someone looks, when files change meanwhile, and when asked', async () => {
  const { model, world } = imagesOf([image()]);
  expect([model.loaded(), world.asked]).toEqual([false, 0]);
  const watch = model.watch();
  const second = model.watch();
  await settle();
  expect([model.loaded(), model.images().length, world.asked, world.watching]).toEqual([true, 1, 1, 1]);
  world.touch();
  await settle();
  expect(world.asked).toBe(2);
  await model.current();
  expect(world.asked).toBe(2);
  watch.dispose();
  watch.dispose();
  expect(world.watching).toBe(1);
  second.dispose();
  expect(world.watching).toBe(0);
  await model.current();
  expect(world.asked).toBe(3);
});

test('a server that does not answer is told, and the last list stays', async () => {
  const { model, world } = imagesOf([image()]);
  await model.refresh();
  world.list = new Error('connection got disposed');
  await model.refresh();
  expect([model.problem(), model.images().length]).toEqual(['connection got disposed', 1]);
  world.list = [];
  await model.refresh();
  expect([model.problem(), model.images().length]).toEqual([undefined, 0]);
});

test.each([
  ['/w/hello.raw', true],
  ['/w/hello/usr/lib/os-release', true],
  ['/w/hello/usr/lib/systemd/system/hello.service', true],
  ['/w/hello/usr/lib/systemd', true],
  ['/w/src/main.c', false],
  ['/w/.git/HEAD', false],
  ['/w/node_modules/x/LICENSE', false],
])('%s concerns images: %s', (path, expected) => expect(concernsImages(path)).toBe(expected));

function setUp(activeName?: string) {
  const { model } = imagesOf([image(), image({ path: '/work/other', name: 'other', prefix: 'other' })]);
  const host: FakeHost = fakeHost();
  const second: FakeHost = fakeHost({ kind: 'local', name: 'this machine' });
  const registry = createHostRegistry({
    definitions: () => [host.definition, second.definition],
    create: definition => (definition.kind === 'local' ? second : host),
    remembered: () => undefined,
    remember: async () => {},
    defaultHost: () => activeName ?? '',
    failed: () => {},
  });
  registry.reload();
  return { model, host, second, registry, states: createImageStates(model, registry) };
}

test('without an active host no host is asked', async () => {
  const { states, host } = setUp();
  states.watch();
  await settle();
  expect(states.of(image())).toEqual({ kind: 'no-host' });
  expect(host.calls).toEqual([]);
});

test('the active host is asked for every image, and listened to only while someone looks', async () => {
  const { states, host } = setUp('build-vm');
  expect(states.of(image()).kind).toBe('asking');
  const watch = states.watch();
  await settle();
  expect(host.calls).toContain('imageState /work/other');
  expect(states.of(image())).toMatchObject({ kind: 'known', state: { attached: false } });
  host.states.set('/work/hello', { attached: true, hostPath: '/run/portables/hello', runtime: true, running: true, units: [] });
  host.become(connected);
  await settle();
  expect(states.of(image())).toMatchObject({ kind: 'known', state: { attached: true } });
  watch.dispose();
  expect(host.listeners()).toBe(0);
});

test('an unreachable host is tried once; every image says why', async () => {
  const { states, host } = setUp('build-vm');
  host.refuses = timedOut;
  states.watch();
  await settle();
  const before = host.calls.length;
  await settle();
  expect(states.of(image())).toEqual({ kind: 'failed', host, failure: timedOut });
  expect(host.calls.length).toBe(before);
});

test('a host that goes away makes the states unknown, and is not called again', async () => {
  const { states, host } = setUp('build-vm');
  states.watch();
  await settle();
  const before = host.calls.length;
  host.become({ state: 'unreachable', error: timedOut });
  await settle();
  expect(states.of(image())).toEqual({ kind: 'failed', host, failure: timedOut });
  expect(host.calls.length).toBe(before);
  host.become({ state: 'connecting' });
  expect(states.of(image()).kind).toBe('asking');
});

test('another active host is asked instead', async () => {
  const { states, host, second, registry } = setUp('build-vm');
  states.watch();
  await settle();
  await registry.setActive('local');
  expect(states.of(image())).toEqual({ kind: 'asking', host: second });
  await settle();
  expect(states.of(image())).toMatchObject({ kind: 'known', host: second });
  expect([host.listeners(), second.listeners()]).toEqual([0, 1]);
});

test('images that come while the host is unreachable do not make us call it', async () => {
  const { states, host, model } = setUp('build-vm');
  host.refuses = timedOut;
  states.watch();
  await settle();
  const before = host.calls.length;
  await model.refresh();
  await settle();
  expect(host.calls.length).toBe(before);
  expect(states.of(image()).kind).toBe('failed');
});
