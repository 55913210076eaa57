/** What portabled is asked over the bus, by what is chosen; real answers are in test/hosts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultPrefix, forTesting, prefixesOf } from '../../../client/src/hosts/attach/attach-options.ts';
import { openBus } from '../../../client/src/hosts/bus/bus.ts';
import { methodsSince, type Portabled, portabledOn } from '../../../client/src/hosts/bus/portabled.ts';
import type { Message } from '../../../client/src/hosts/bus/wire.ts';
import { defaultDeadlines } from '../../../client/src/hosts/clock.ts';
import { type Answer, fakeBus } from './fake-bus.ts';

const nothing = 2n ** 64n - 1n;

async function asked(answer: Answer, ask: (portabled: Portabled) => Promise<unknown>): Promise<{ call: Message; value: unknown }> {
  const calls: Message[] = [];
  const fake = fakeBus(call => {
    calls.push(call);
    return answer;
  });
  const bus = await openBus(fake.stream, { uid: 0, deadline: 1000 });
  const value = await ask(portabledOn(bus, defaultDeadlines));
  bus.close();
  const [call] = calls;
  if (!call) throw new Error('nothing was asked');
  return { call, value };
}

const noChanges: Answer = { signature: 'a(sss)', body: [[]] };
const noPairs: Answer = { signature: 'a(sss)a(sss)', body: [[], []] };
const done: Answer = { signature: '', body: [] };
const attach = { ...forTesting, prefixes: ['a'] };

test.each<readonly [string, Answer, (portabled: Portabled) => Promise<unknown>, string, readonly unknown[]]>([
  ['attach', noChanges, p => p.attach('/a', attach), 'AttachImage', ['/a', ['a'], 'default', true, '']],
  [
    'attach for good, copied',
    noChanges,
    p => p.attach('/a', { ...attach, runtime: false, copyMode: 'copy' }),
    'AttachImage',
    ['/a', ['a'], 'default', false, 'copy'],
  ],
  [
    'attach with extensions',
    noChanges,
    p => p.attach('/a', { ...attach, extensions: ['/x', '/y'] }),
    'AttachImageWithExtensions',
    ['/a', ['/x', '/y'], ['a'], 'default', '', 1n],
  ],
  [
    'attach with force',
    noChanges,
    p => p.attach('/a', { ...attach, force: true, runtime: false }),
    'AttachImageWithExtensions',
    ['/a', [], ['a'], 'default', '', 6n],
  ],
  ['reattach', noPairs, p => p.reattach('/a', attach), 'ReattachImage', ['/a', ['a'], 'default', true, '']],
  [
    'reattach with extensions',
    noPairs,
    p => p.reattach('/a', { ...attach, extensions: ['/x'] }),
    'ReattachImageWithExtensions',
    ['/a', ['/x'], ['a'], 'default', '', 1n],
  ],
  ['detach', noChanges, p => p.detach('/a', { runtime: true, extensions: [] }), 'DetachImage', ['/a', true]],
  [
    'detach with extensions',
    noChanges,
    p => p.detach('/a', { runtime: false, extensions: ['/x'] }),
    'DetachImageWithExtensions',
    ['/a', ['/x'], 0n],
  ],
  ['state', { signature: 's', body: ['detached'] }, p => p.state('/a', []), 'GetImageState', ['/a']],
  ['state', { signature: 's', body: ['detached'] }, p => p.state('/a', ['/x']), 'GetImageStateWithExtensions', ['/a', ['/x'], 0n]],
  ['remove', done, p => p.remove('a'), 'RemoveImage', ['a']],
  ['mark', done, p => p.markReadOnly('a', true), 'MarkImageReadOnly', ['a', true]],
  ['limit', done, p => p.setImageLimit('a', 1024), 'SetImageLimit', ['a', 1024n]],
  ['no limit', done, p => p.setImageLimit('a', undefined), 'SetImageLimit', ['a', nothing]],
  ['limit of all', done, p => p.setPoolLimit(5), 'SetPoolLimit', [5n]],
])('%s', async (_what, answer, ask, member, body) => {
  expect((await asked(answer, ask)).call).toMatchObject({ interface: 'org.freedesktop.portable1.Manager', member, body });
});

describe('answers', () => {
  test('images: what is unknown is left out, times are ms', async () => {
    const row = (times: readonly bigint[]) => ['a', 'raw', true, ...times, 'running-runtime', '/o/a'];
    const answer = { signature: 'a(ssbtttso)', body: [[row([2_000_000n, 3_000_500n, 4096n]), row([0n, nothing, nothing])]] };
    const plain = { name: 'a', kind: 'raw', readOnly: true, state: 'running-runtime', object: '/o/a' };
    const { value } = await asked(answer, p => p.listImages());
    expect(value).toEqual([{ ...plain, created: 2000, modified: 3000, usage: 4096 }, plain]);
  });

  test('metadata, with extensions and without', async () => {
    const units = [['a.service', Buffer.from('[Unit]\n')]] as const;
    const plain: Answer = { signature: 'saya{say}', body: ['/a', Buffer.from('ID=a\n'), units] };
    expect((await asked(plain, p => p.metadata('a', { prefixes: ['a'], extensions: [] }))).value).toEqual({
      path: '/a',
      osRelease: 'ID=a\n',
      extensions: new Map(),
      units: new Map([['a.service', '[Unit]\n']]),
    });
    const more: Answer = { signature: 'saya{say}a{say}', body: ['/a', Buffer.from('ID=a\n'), [['/x', Buffer.from('ID=_any')]], units] };
    expect((await asked(more, p => p.metadata('a', { prefixes: [], extensions: ['/x'] }))).value).toMatchObject({
      extensions: new Map([['/x', 'ID=_any']]),
      units: new Map([['a.service', '[Unit]\n']]),
    });
  });

  test('the pool, where nothing is known', async () => {
    const answers: Readonly<Record<string, readonly [string, unknown]>> = {
      PoolPath: ['s', '/var/lib/portables'],
      PoolUsage: ['t', nothing],
      PoolLimit: ['t', 7n],
    };
    const fake = fakeBus(({ body }) => ({ signature: 'v', body: [answers[String(body[1])]] }));
    const bus = await openBus(fake.stream, { uid: 0, deadline: 1000 });
    expect(await portabledOn(bus, defaultDeadlines).pool()).toEqual({ path: '/var/lib/portables', limit: 7 });
    bus.close();
  });

  test('nonsense is a failure of its own', async () => {
    const wrong: Answer = { signature: 's', body: ['hm'] };
    await expect(asked(wrong, p => p.listImages())).rejects.toMatchObject({ reason: 'malformed' });
    await expect(asked(wrong, p => p.metadata('a', { prefixes: [], extensions: [] }))).rejects.toMatchObject({ reason: 'malformed' });
  });
});

test.each([
  ['/var/lib/portables/hello_1.0.raw', 'hello'],
  ['hello', 'hello'],
  ['/x/hello-world_2', 'hello-world'],
  ['/x/hello_1.v', 'hello'],
  ['/x/hello.raw.v', 'hello'],
])('the prefix of %s is %s', (image, prefix) => {
  expect(defaultPrefix(image)).toBe(prefix);
});

test.each<readonly [string, readonly string[], string, readonly string[]]>([
  ['nothing is listed: their names', ['a.service', 'a@.service', 'a-b.timer'], 'ID=a\n', ['a', 'a-b']],
  ['listed: the narrowest', ['a.service', 'a-b.timer', 'a-bc.path'], 'ID=a\nPORTABLE_PREFIXES="a a-b c"\n', ['a', 'a-b']],
  ['listed, one for all', ['a.service', 'a-b.timer'], 'PORTABLE_PREFIXES=a', ['a']],
])('prefixes of units, %s', (_what, units, osRelease, prefixes) => {
  expect(prefixesOf(units, osRelease)).toEqual(prefixes);
});

// recorded introspections of real portableds, beside the project's root; a machine without them leaves this out
const recordings = join(import.meta.dirname, '../../../../shared/data');
describe.skipIf(!existsSync(recordings))('which method is there since when', () => {
  test.each([247, 252, 257, 262])('systemd %s', major => {
    const text = readFileSync(join(recordings, `introspect-portable1-${major}.xml`), 'utf8');
    for (const [method, since] of Object.entries(methodsSince))
      expect(text.includes(`<method name="${method}">`), method).toBe(major >= since);
    for (const method of ['AttachImage', 'DetachImage', 'RemoveImage', 'MarkImageReadOnly', 'SetImageLimit', 'SetPoolLimit']) {
      expect(text).toContain(`<method name="${method}">`);
    }
  });
});
