import { describe, expect, test } from 'vitest';
import type { ImageState } from '../../../client/src/hosts/contract.ts';
import type { ImageOnHost } from '../../../client/src/images/states.ts';
import { childrenOfImage, type ImageContext, imageItem, imageKindWords, imageTitle } from '../../../client/src/tree/image-items.ts';
import type { AmongVersions, ImageFacts } from '../../../server/src/protocol.ts';
import { fakeHost, image, timedOut } from '../common/fake-host.ts';

const now = 1_000_000_000;
const host = fakeHost();
const running: ImageState = {
  attached: true,
  hostPath: '/run/portables/hello_1',
  runtime: true,
  running: true,
  profile: 'default',
  units: [
    { name: 'hello.service', active: 'active', sub: 'running', since: now - 200_000 },
    { name: 'hello.socket', active: 'active', sub: 'listening', since: now },
  ],
};
const on = (state: ImageState): ImageOnHost => ({ kind: 'known', host, state });
const context = (onHost: ImageOnHost, change: Partial<ImageContext> = {}): ImageContext => ({ onHost, doing: undefined, now, ...change });
const noHost = context({ kind: 'no-host' });

test.each<[Partial<ImageFacts>, string, string]>([
  [{}, 'hello 1.0', 'directory'],
  [{ name: 'hello_1.0' }, 'hello 1.0', 'directory'],
  [{ name: 'hello_2' }, 'hello_2 1.0', 'directory'],
  [{ kind: 'raw', fileSystem: 'squashfs', size: 3_250_585 }, 'hello 1.0 .raw', 'squashfs 3.1 MiB'],
  [{ kind: 'raw', size: 100 }, 'hello 1.0 .raw', 'raw 100 B'],
  [{ kind: 'raw' }, 'hello 1.0 .raw', 'raw'],
  [{ name: 'a\nb\u202e' }, 'a\u{fffd}b\u{fffd} 1.0', 'directory'],
])('an image %j is titled and described', (change, title, kind) => {
  const { version: _version, ...rest } = image();
  expect(imageTitle(image(change))).toBe(title);
  expect(imageTitle(rest)).toBe('hello'); // no version
  expect(imageKindWords(image(change))).toBe(kind);
});

describe('an image among versions', () => {
  const directory = 'hello.raw.v';
  test.each<[AmongVersions, string, string]>([
    [{ directory, of: 1, taken: 'hello_1.raw', verdict: 'taken' }, 'directory', 'systemd takes this one'],
    [
      { directory, of: 3, taken: 'hello_1.raw', verdict: 'taken' },
      'taken of 3 versions, directory',
      'Of 3 versions in hello.raw.v systemd takes this one.',
    ],
    [{ directory, of: 3, taken: 'hello_2.raw', verdict: 'older' }, 'older version, directory', 'systemd takes hello_2.raw, not this one'],
    [{ directory, of: 3, taken: 'hello_2.raw', verdict: 'spent' }, 'version without tries left, directory', 'takes hello_2.raw'],
    [{ directory, of: 3, taken: 'hello_2.raw', verdict: 'tries' }, 'version tried more often, directory', 'takes hello_2.raw'],
    [
      { directory, of: 2, verdict: 'architecture' },
      'version for another architecture, directory',
      'takes none of the versions in hello.raw.v',
    ],
    [{ directory, of: 2, taken: 'hello_2.raw', verdict: 'misnamed' }, 'not named as a version, directory', 'named hello_VERSION.raw'],
  ])('%j', (among, description, sentence) => {
    const item = imageItem({ kind: 'image', image: image({ among }) }, noHost);
    expect(item.description).toBe(description);
    expect(item.tooltip).toContain(sentence);
  });
});

describe('the row of an image', () => {
  const row = (c: ImageContext, change: Partial<ImageFacts> = {}) => imageItem({ kind: 'image', image: image(change) }, c);
  test.each<[string, ImageContext, string, string, string]>([
    ['without a host', noHost, 'directory', 'image detached', 'folder'],
    ['not asked yet', context({ kind: 'asking', host }), 'directory', 'image detached', 'folder'],
    ['detached', context(on({ attached: false })), 'detached, directory', 'image detached', 'folder'],
    ['running', context(on(running)), 'running, default, directory', 'image attached', 'pass-filled'],
    [
      'running, but for a unit',
      context(on({ ...running, units: [...running.units, { name: 'hello.timer', active: 'failed', sub: 'failed' }] })),
      'running, 1 failed, default, directory',
      'image attached',
      'error',
    ],
    [
      'attached, nothing runs',
      context(on({ ...running, running: false, units: [] })),
      'attached, default, directory',
      'image attached',
      'pass',
    ],
    [
      'attached, a unit failed',
      context(on({ ...running, running: false, units: [{ name: 'hello.service', active: 'failed', sub: 'failed' }] })),
      'failed, default, directory',
      'image attached',
      'error',
    ],
    ['attaching', context(on({ attached: false }), { doing: 'attaching' }), 'attaching..., directory', 'image detached', 'loading~spin'],
    ['not to be asked', context({ kind: 'failed', host, failure: timedOut }), 'state unknown, directory', 'image detached', 'warning'],
  ])('%s', (_name, c, description, contextValue, icon) => {
    const item = row(c);
    expect(item).toMatchObject({ id: 'image:/work/hello', label: 'hello 1.0', description, context: contextValue });
    expect(item.icon.id).toBe(icon);
  });

  test('its tooltip tells where it is attached, and that no text can add lines', () => {
    expect(row(context(on(running))).tooltip).toBe(
      '/work/hello\nHello\nAttached to build-vm until the next reboot, as /run/portables/hello_1',
    );
    expect(row(noHost, { osRelease: { PRETTY_NAME: 'a\nb' } }).tooltip?.split('\n')[1]).toBe('a\u{fffd}b');
  });

  test('a problem is a warning by icon, tooltip and first child', () => {
    const broken = image({ kind: 'raw', units: [], problem: 'corrupt: bad superblock' });
    const item = imageItem({ kind: 'image', image: broken }, noHost);
    expect(item.icon.id).toBe('warning');
    expect(item.tooltip).toContain('corrupt: bad superblock');
    expect(childrenOfImage(broken)).toEqual([
      expect.objectContaining({ kind: 'message', text: 'corrupt: bad superblock' }),
      expect.objectContaining({ kind: 'files' }),
    ]);
  });
});

describe('the rows of units', () => {
  const units = [
    ...image().units,
    { name: 'hello@.service', path: '/usr/lib/systemd/system/hello@.service', attachable: true },
    { name: 'proc.mount', path: '/usr/lib/systemd/system/proc.mount', attachable: false },
  ];
  const facts = image({ units });
  const rows = (c: ImageContext) =>
    childrenOfImage(facts)
      .filter(({ kind }) => kind === 'unit')
      .map(node => imageItem(node, c));

  test('detached: no state, templates and left-behind units named', () => {
    expect(rows(noHost).map(({ label, description, context: words }) => [label, description, words])).toEqual([
      ['hello.service', undefined, 'unit detached'],
      ['hello.socket', undefined, 'unit detached'],
      ['hello@.service', 'template', 'unit detached'],
      ['proc.mount', 'not taken by portabled', 'unit detached'],
    ]);
  });

  test('attached: the live state', () => {
    const state: ImageState = { ...running, units: [...running.units, { name: 'hello@1.service', active: 'active', sub: 'running' }] };
    expect(rows(context(on(state))).map(({ label, description, context: words }) => [label, description, words])).toEqual([
      ['hello.service', 'active for 3 min', 'unit attached service active'],
      ['hello.socket', 'listening', 'unit attached socket active'],
      ['hello@.service', 'template, 1 instance', 'unit attached service template'],
      ['proc.mount', 'not taken by portabled', 'unit detached'],
    ]);
  });

  test('a unit of a directory opens its file; one inside an image file its place there', () => {
    const [service, socket] = rows(noHost);
    expect(service?.opens).toBe('/work/hello/usr/lib/systemd/system/hello.service');
    expect(socket?.opens).toBeUndefined();
    expect(socket?.opensInside).toEqual({ image: '/work/hello', path: '/usr/lib/systemd/system/hello.socket' });
  });

  test('ids are unique and do not depend on the state', () => {
    const ids = rows(noHost).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rows(context(on(running))).map(({ id }) => id)).toEqual(ids);
  });
});

test('an image without units says so', () => {
  expect(childrenOfImage(image({ units: [] }))).toEqual([
    expect.objectContaining({ text: 'No units in this image.' }),
    expect.objectContaining({ kind: 'files' }),
  ]);
});

test('why the state of an image is not known is told with it', () => {
  const { tooltip } = imageItem({ kind: 'image', image: image() }, context({ kind: 'failed', host, failure: timedOut }));
  expect(tooltip).toContain('pi cannot be reached: connection timed out. Check that it is up.');
});
