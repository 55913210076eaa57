/** Images of the host, over a bus that a test controls: what an old portabled is spared, and what 247 is asked instead. */
import { expect, test } from 'vitest';
import { forTesting } from '../../../client/src/hosts/attach/attach-options.ts';
import type { AttachedUnit } from '../../../client/src/hosts/attach/image-state.ts';
import { openBus } from '../../../client/src/hosts/bus/bus.ts';
import { portabledOn } from '../../../client/src/hosts/bus/portabled.ts';
import { parseVersion, systemdOn } from '../../../client/src/hosts/bus/systemd.ts';
import { defaultDeadlines } from '../../../client/src/hosts/clock.ts';
import type { Connection } from '../../../client/src/hosts/connection.ts';
import { imagesOn, listHostImages } from '../../../client/src/hosts/on-host/host-images.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { createProcessGroup } from '../../../client/src/hosts/transport/process.ts';
import { type Answer, fakeBus } from './fake-bus.ts';
import { fakeClock } from './fake-clock.ts';
import { fakeSpawn } from './fake-spawn.ts';

const unknown = 2n ** 64n - 1n;
const progress = { signal: new AbortController().signal, report: () => {} };

/** `looks`: what the drop-ins of attached images print, one look after the other. */
async function setup(major: number, answers: Readonly<Record<string, Answer>> = {}, looks: string[] = []) {
  const bus = fakeBus(({ member, body }) => {
    if (member === 'Get' && body[1] === 'Profiles') return { signature: 'v', body: [['as', ['default']]] };
    return answers[String(member)] ?? { signature: '', body: [] };
  });
  const opened = await openBus(bus.stream, { uid: 0, deadline: 1000 });
  const clock = fakeClock();
  const connection: Connection = {
    bus: opened,
    systemd: systemdOn(opened, defaultDeadlines, clock),
    portabled: portabledOn(opened, defaultDeadlines),
    version: parseVersion(String(major)),
    hasPortabled: true,
    rights: 'root',
    places: systemPlaces,
    user: async () => ({ uid: 0, name: 'root' }),
  };
  const { spawn } = fakeSpawn((_program, args) => {
    if (args.some(word => word.includes('20-portable.conf'))) return { code: 0, stdout: looks.shift() ?? '' };
    return { code: 0, stdout: args.includes('/p/a_1') ? '/p/a_1\x000\x000 755\n' : '' };
  });
  const group = createProcessGroup(spawn);
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const images = imagesOn({
    name: 'vm',
    transport: { openBus: unused, run: ([program, ...args]) => group.start(program, args), sharesFiles: false, dispose: async () => {} },
    clock,
    deadlines: defaultDeadlines,
    own: false,
    doing: what => ({ what, host: 'vm', rights: 'Be root.' }),
    ask: (_what, question) => question(connection),
    operate: (_what, until, operation) => operation(connection, until),
    ensure: async () => connection,
  });
  return { images, connection, asked: () => bus.calls.filter(call => /Image/.test(call)) };
}

test.each([
  ['extensions', 247, { extensions: ['/p/x'] }, /knows no extension images; that came with 249/],
  ['force', 247, { force: true }, /cannot be forced/],
  ['the copy mode mixed', 252, { copyMode: 'mixed' }, /mixed came with systemd 256/],
  ['a profile that is no plain name', 262, { profile: '../trusted' }, /is no name of a profile/],
  ['a profile that is not there', 262, { profile: 'lenient' }, /has no profile lenient/],
  ['a prefix that is none', 262, { prefixes: ['a/b'] }, /is no prefix of units/],
] as const)('%s is refused on %s before portabled is asked', async (_what, major, options, message) => {
  const { images, asked } = await setup(major);
  const attaching = images.attach('/p/a_1', { ...forTesting, ...options }, progress);
  await expect(attaching).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(message),
    advice: expect.stringMatching(/./),
  });
  expect(asked()).toEqual([]);
});

const lies = (image: string): string =>
  `/run/systemd/system.attached/a.service.d/20-portable.conf\0# Drop-in created for image '${image}', do not edit.\0\0`;

test.each<readonly [string, Answer, object]>([
  [
    'attached again',
    { signature: 'a(sss)', body: [[]] },
    { advice: expect.stringMatching(/^Use a directory.* \/p\/a_0 is attached again\.$/) },
  ],
  ['gone', { error: 'org.example.Odd', text: 'No.' }, { advice: expect.stringMatching(/ \/p\/a_0 is detached now: attach it again\.$/) }],
])('what portabled will never swap in is told as that where the other is %s', async (_what, attached, told) => {
  const answers: Record<string, Answer> = {
    ReattachImage: { error: 'org.freedesktop.portable1.BadImageType', text: 'Odd image.' },
    GetImageMetadata: { signature: 'saya{say}', body: ['/p/a_0', Buffer.from('ID=a\n'), []] },
    AttachImageWithExtensions: attached,
  };
  const { images, asked } = await setup(257, answers, [lies('/p/a_0'), '']);
  await expect(images.reattach('/p/a_1', forTesting, progress)).rejects.toMatchObject({ kind: 'refused', final: true, ...told });
  expect(asked()).toEqual(['ReattachImage /p/a_1', 'GetImageMetadata /p/a_0', 'AttachImageWithExtensions /p/a_0']);
});

test('what is listed as the link that portabled made is the image that the link leads to', async () => {
  const row = ['a_1', 'directory', false, 0n, 0n, unknown, 'attached-runtime', '/o/a'];
  const paths: Record<string, Answer> = {
    ListImages: { signature: 'a(ssbtttso)', body: [[row]] },
    Get: { signature: 'v', body: [['s', '/run/portables/a_1']] },
    ListUnitsByNames: { signature: 'a(ssssssouso)', body: [[]] },
  };
  const { connection } = await setup(257, paths);
  const unit = (image: string): AttachedUnit => ({ name: 'a.service', image, runtime: true, extensions: ['/p/x'] });
  const plain = { name: 'a_1', kind: 'directory', readOnly: false, state: 'attached-runtime' };
  const attached = { runtime: true, extensions: ['/p/x'], units: ['a.service'], states: [] };
  expect(await listHostImages(connection, [unit('/srv/a_1')])).toEqual([{ ...plain, path: '/srv/a_1', attached }]);
  expect(await listHostImages(connection, [unit('/srv/b_1')])).toEqual([{ ...plain, path: '/run/portables/a_1' }]);
});

test('an image that goes between the list and the question where it lies is left out', async () => {
  const image = ['x', 'directory', false, 0n, 0n, 0n, 'detached', '/image/x'];
  const list: Answer = { signature: 'a(ssbtttso)', body: [[image]] };
  const gone: Answer = { error: 'org.freedesktop.portable1.NoSuchImage', text: "No image 'x' found." };
  const { connection } = await setup(257, { ListImages: list, Get: gone });
  expect(await listHostImages(connection, [])).toEqual([]);
  const broken = await setup(257, { ListImages: list, Get: { error: 'org.freedesktop.DBus.Error.AccessDenied', text: 'no' } });
  await expect(listHostImages(broken.connection, [])).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.AccessDenied' });
});
