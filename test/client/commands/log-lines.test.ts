import { expect, test } from 'vitest';
import { imageOf, unitOf } from '../../../client/src/commands/context.ts';
import { channelName, logLine, noteLine, timestamp, unitsToFollow } from '../../../client/src/commands/log-lines.ts';
import { settingEntry } from '../../../client/src/common/host-settings.ts';
import type { ImageState, LogEntry } from '../../../client/src/hosts/contract.ts';
import { image } from '../common/fake-host.ts';

const time = new Date(2026, 10, 23, 1, 2, 3, 4).getTime() * 1000 + 999;
const entry: LogEntry = { time, unit: 'hello.service', priority: 6, identifier: 'hello', message: 'Hello.' };

test('times are local, to the millisecond', () => expect(timestamp(time)).toBe('2026-11-23 01:02:03.004'));

test.each<[Partial<LogEntry>, string]>([
  [{}, 'hello.service hello: Hello.'],
  [{ priority: 3 }, '[error] hello.service hello: Hello.'],
  [{ priority: 4 }, '[warning] hello.service hello: Hello.'],
  [{ message: 'one\ntwo\n' }, 'hello.service hello: one\n    two'],
  [{ message: 'a\u001b[31mred' }, 'hello.service hello: a\u{fffd}[31mred'],
  [{ unit: 'a\nb', identifier: '' }, 'a\u{fffd}b : Hello.'],
])('an entry %j is a line', (change, line) => expect(logLine({ ...entry, ...change })).toBe(`2026-11-23 01:02:03.004 ${line}`));

test('our own lines and channel names stay one line', () => {
  expect(noteLine('gone\nfor good')).toBe('-- gone\u{fffd}for good --');
  expect(channelName('build-vm', 'hello', undefined)).toBe('hello on build-vm');
  expect(channelName('build-vm', 'hello', 'hello.socket')).toBe('hello.socket on build-vm');
});

const units = [
  ...image().units,
  { name: 'hello@.service', path: '/x/hello@.service', attachable: true },
  { name: 'a.mount', path: '/x/a.mount', attachable: false },
];
const attached: ImageState = {
  attached: true,
  hostPath: '/x',
  runtime: true,
  running: true,
  units: [{ name: 'hello@1.service', active: 'active', sub: 'running' }],
};

test.each<[string, ImageState | undefined, string | undefined, string[]]>([
  ['detached: what attaching brings', { attached: false }, undefined, ['hello.service', 'hello.socket']],
  ['attached: instances too', attached, undefined, ['hello.service', 'hello.socket', 'hello@1.service']],
  ['one unit', attached, 'hello.socket', ['hello.socket']],
  ['one template', attached, 'hello@.service', ['hello@1.service']],
  ['a template without instances', undefined, 'hello@.service', []],
])('units whose journal is followed, %s', (_name, state, only, expected) => {
  expect(unitsToFollow(image({ units }), state, only)).toEqual(expected);
});

test('what a command is called on is looked at before it is believed', () => {
  const facts = image();
  expect(imageOf({ kind: 'image', image: facts })).toBe(facts);
  expect(unitOf({ kind: 'unit', unit: { name: 'hello.service' } })).toBe('hello.service');
  for (const other of [undefined, null, 'x', {}, { image: 'x' }, { image: { path: 1 } }])
    expect([imageOf(other), unitOf(other)]).toEqual([undefined, undefined]);
});

test('a host is written into the settings as short as it can be', () => {
  expect(settingEntry({ kind: 'ssh', name: 'pi', destination: 'pi' })).toEqual({ kind: 'ssh', destination: 'pi' });
  expect(settingEntry({ kind: 'ssh', name: 'the pi', destination: 'pi' })).toEqual({ kind: 'ssh', name: 'the pi', destination: 'pi' });
});
