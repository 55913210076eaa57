/** Every name of an error that portabled and systemd answer with, made to happen on real hosts, and how it is told. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { type Bus, openBus } from '../../client/src/hosts/bus/bus.ts';
import { BusError } from '../../client/src/hosts/bus/bus-error.ts';
import { type Portabled, portabledOn } from '../../client/src/hosts/bus/portabled.ts';
import { type Systemd, systemdOn } from '../../client/src/hosts/bus/systemd.ts';
import { defaultDeadlines, systemClock } from '../../client/src/hosts/clock.ts';
import { explain } from '../../client/src/hosts/errors.ts';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory, type Way } from './laboratory.ts';

const place = '/var/lib/portables';
const image = `${place}/err_1`;
const options = { ...forTesting, prefixes: ['err'] };
const doing = { what: 'Attaching err_1 on vm', host: 'vm', rights: 'Be root.' };
const detaching = { runtime: true, extensions: [] };

/** What an act talks to. */
interface Ends {
  readonly portabled: Portabled;
  readonly systemd: Systemd;
  readonly lab: LabHost;
}

interface Row {
  readonly cause: string;
  readonly act: (ends: Ends) => Promise<unknown>;
  /** The error's name; by version where it changed. */
  readonly name: string | ((systemd: number) => string);
  readonly says: string;
  readonly before?: readonly [string, ...string[]];
  readonly after?: readonly [string, ...string[]];
  readonly way?: Way;
}

const attached = async ({ portabled }: Ends): Promise<unknown> => portabled.attach(image, options);

const rows: readonly Row[] = [
  {
    cause: 'no image of that name',
    act: ({ portabled }) => portabled.attach('nowhere', options),
    name: 'org.freedesktop.portable1.NoSuchImage',
    says: 'portabled does not find the image',
  },
  {
    cause: 'no image at that path',
    act: ({ portabled }) => portabled.attach(`${place}/nowhere`, options),
    name: 'org.freedesktop.DBus.Error.FileNotFound',
    says: 'portabled misses a file of the image',
  },
  {
    cause: 'attached twice',
    act: async ends => {
      await attached(ends);
      await attached(ends);
    },
    name: 'org.freedesktop.systemd1.UnitExists',
    says: 'the host has a unit of that name already, or it still runs',
    after: ['portablectl', 'detach', '--runtime', image],
  },
  {
    cause: 'detached while active',
    act: async ends => {
      await attached(ends);
      await ends.systemd.reload();
      await ends.systemd.start('err.service');
      await ends.portabled.detach(image, detaching);
    },
    name: 'org.freedesktop.systemd1.UnitExists',
    says: 'the host has a unit of that name already, or it still runs',
    after: ['sh', '-c', `systemctl stop err.service; portablectl detach --runtime ${image}`],
  },
  {
    cause: 'detached while not attached',
    act: ({ portabled }) => portabled.detach(image, detaching),
    name: 'org.freedesktop.systemd1.NoSuchUnit',
    says: 'systemd does not know the unit, or the image is not attached',
  },
  {
    cause: 'prefixes that the image does not allow',
    act: ({ portabled }) => portabled.attach(image, { ...options, prefixes: ['other'] }),
    name: 'org.freedesktop.DBus.Error.InvalidArgs',
    says: 'portabled found no unit in the image that it may attach',
  },
  {
    cause: 'no units of the prefix',
    act: ({ portabled }) => portabled.attach(`${place}/bare_1`, { ...options, prefixes: ['bare'] }),
    name: systemd => (systemd < 262 ? 'org.freedesktop.DBus.Error.InvalidArgs' : 'org.freedesktop.portable1.NoMatchingUnitFiles'),
    says: 'portabled found no unit in the image that it may attach',
  },
  {
    cause: 'no os-release',
    act: ({ portabled }) => portabled.attach('/usr/share', { ...options, prefixes: ['share'] }),
    name: 'org.freedesktop.DBus.Error.InvalidArgs',
    says: 'the image has no os-release',
  },
  {
    cause: 'a file that is no image',
    act: ({ portabled }) => portabled.attach('/etc/passwd', options),
    name: 'org.freedesktop.portable1.BadImageType',
    says: 'portabled cannot attach this kind of image',
  },
  {
    cause: 'an unknown copy mode',
    act: ({ portabled }) => portabled.attach(image, { ...options, ...{ copyMode: 'mixed' } }),
    name: systemd => (systemd < 256 ? 'org.freedesktop.DBus.Error.InvalidArgs' : ''),
    says: 'copy mode',
    after: ['sh', '-c', `portablectl detach --runtime ${image} 2>/dev/null`],
  },
  {
    cause: 'a copy mode that no version has',
    act: ({ portabled }) => portabled.attach(image, { ...options, copyMode: JSON.parse('"none"') }),
    name: 'org.freedesktop.DBus.Error.InvalidArgs',
    says: 'copy mode',
  },
  {
    cause: 'removed while attached',
    act: async ends => {
      await attached(ends);
      await ends.portabled.remove(image); // by its name, it may be told that it exists: see below
    },
    name: 'System.Error.EBUSY',
    says: 'the image is in use',
    after: ['portablectl', 'detach', '--runtime', image],
  },
  {
    cause: 'asked for by path and by name at once, which portabled takes for two of one name',
    act: ({ portabled }) => Promise.all([image, 'err_1'].map(name => portabled.metadata(name, options))),
    name: '',
    says: '',
  },
  {
    cause: 'a limit where there are none',
    act: ({ portabled }) => portabled.setImageLimit('err_1', 2 ** 20),
    name: 'org.freedesktop.DBus.Error.NotSupported',
    says: 'the file system on the host cannot do that',
  },
  {
    cause: 'a mark that the file system does not take',
    act: ({ portabled }) => portabled.markReadOnly('err_1', true),
    name: 'org.freedesktop.DBus.Error.AccessDenied',
    says: 'the file system there does not let even root do that',
  },
  {
    cause: 'started while masked',
    before: ['sh', '-c', 'ln -s /dev/null /run/systemd/system/err-masked.service; systemctl daemon-reload'],
    act: ({ systemd }) => systemd.start('err-masked.service'),
    name: 'org.freedesktop.systemd1.UnitMasked',
    says: 'a unit of that name is masked on the host',
    after: ['sh', '-c', 'rm /run/systemd/system/err-masked.service; systemctl daemon-reload'],
  },
  {
    cause: 'no rights',
    way: 'ssh without rights',
    act: ({ portabled }) => portabled.attach('err_1', options),
    name: 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
    says: 'the host does not allow it to this user',
  },
  {
    cause: 'no portabled',
    before: ['sh', '-c', hiding('mv /usr/share/dbus-1/system-services/org.freedesktop.portable1.service /root/')],
    act: ({ portabled }) => portabled.profiles(),
    name: 'org.freedesktop.DBus.Error.ServiceUnknown',
    says: 'the host has no systemd-portabled',
    after: ['sh', '-c', hiding('mv /root/org.freedesktop.portable1.service /usr/share/dbus-1/system-services/')],
  },
];

/** Moves the file by which the bus starts portabled, and ends the running one. */
function hiding(move: string): string {
  return `${move}; systemctl stop systemd-portabled; busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig`;
}

describeOnHosts('errors by their names', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites.map(({ suite }) => suite));
    for (const lab of laboratory.hosts.values()) {
      const units = { 'err.service': '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\n' };
      makeTree(join(lab.root, image), units);
      makeTree(join(lab.root, place, 'bare_1'), units, 'ID=bare\nVERSION_ID=1\n');
      await lab.run('chmod', '755', place);
    }
  });
  afterAll(() => laboratory?.close());

  async function withBus(suite: Suite, way: Way, use: (bus: Bus, lab: LabHost) => Promise<void>): Promise<void> {
    const lab = laboratory.labOf(suite);
    const { signal } = new AbortController();
    const { transport } = laboratory.host(lab, way);
    const bus = await openBus(await transport.openBus(signal, 'quietly'), { uid: 0, deadline: 10_000 });
    try {
      await use(bus, lab);
    } finally {
      bus.close();
      await transport.dispose();
    }
  }

  describe.each(suites)('systemd $systemd', ({ suite, systemd: major }) => {
    test.each(rows)('$cause', async ({ act, name, says, before, after, way = 'container' }) => {
      await withBus(suite, way, async (bus, lab) => {
        if (before) await lab.run(...before);
        const portabled = portabledOn(bus, defaultDeadlines);
        const systemd = systemdOn(bus, defaultDeadlines, systemClock);
        const error: unknown = await act({ portabled, systemd, lab }).then(
          () => undefined,
          error => error,
        );
        if (after) await lab.run(...after);
        const expected = typeof name === 'string' ? name : name(major);
        if (expected === '') expect(error).toBeUndefined();
        else {
          expect(error).toBeInstanceOf(BusError);
          expect(error).toMatchObject({ errorName: expected });
          const failure = explain(error, doing);
          expect(failure.message).toMatch(/^Attaching err_1 on vm: .*\.$/);
          expect(failure.message).toContain(says);
          expect(failure.advice).toMatch(/./);
        }
        expect(await leftOn(lab)).toEqual([]);
      });
    });
  });
});
