import { describe, expect, test } from 'vitest';
import type { Systemd } from '../../../client/src/hosts/bus/systemd.ts';
import { type FactSources, parseAccounts, parseDropIns, readHostFacts } from '../../../client/src/hosts/on-host/host-facts.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { failedProcess } from '../../../client/src/hosts/transport/process.ts';
import { fakeClock } from './fake-clock.ts';

const fields = (...texts: readonly string[]) => texts.map(text => `${text}\0`).join('');

test('drop-ins, but those that portabled wrote', () => {
  const printed = [
    fields('/etc/systemd/system/a.service.d/x.conf', '', 'r', '[Service]\nNice=1\n'),
    fields('/run/systemd/system.attached/a.service.d/10-profile.conf', '/usr/lib/systemd/portable/profile/default/service.conf', 'r', 'x'),
    fields('/run/systemd/system.attached/a.service.d/20-portable.conf', '', 'r', 'x'),
    fields('/run/systemd/system.attached/a.service.d/30-own.conf', '', 'r', ''),
    fields('/etc/systemd/system/service.d/masked.conf', '/dev/null', 'r', ''),
    fields('/etc/systemd/system/a.service.d/secret.conf', '', 'u', ''),
  ].join('');
  expect(parseDropIns(printed)).toEqual([
    { path: '/etc/systemd/system/a.service.d/x.conf', text: '[Service]\nNice=1\n' },
    { path: '/run/systemd/system.attached/a.service.d/30-own.conf', text: '' },
    { path: '/etc/systemd/system/service.d/masked.conf', target: '/dev/null', text: '' },
    { path: '/etc/systemd/system/a.service.d/secret.conf' },
  ]);
  expect(parseDropIns('')).toEqual([]);
});

describe('users and groups', () => {
  test.each([
    ['files systemd', true],
    ['files [SUCCESS=merge] systemd', true],
    ['', true],
    ['files sss', false],
    ['files systemd ldap', false],
    ['compat', false],
  ])('asked of %j', (places, complete) => {
    expect(parseAccounts(fields(`${places}\n`, 'root\nme\n', `${places}\n`, 'root\n'))).toEqual({
      users: { names: ['root', 'me'], complete },
      groups: { names: ['root'], complete },
    });
  });
  test('of a host that does not list them', () => {
    expect(parseAccounts(fields('files\n', '', 'files\n', ''))).toEqual({});
    expect(parseAccounts('')).toEqual({});
  });
});

describe('the facts', () => {
  const broken = (): Promise<never> => Promise.reject(new Error('broken'));
  const sources = (change: Partial<FactSources> = {}, manager: Partial<Systemd> = {}): FactSources => ({
    name: 'vm',
    transport: {
      openBus: broken,
      run: () => failedProcess('no such program'),
      sharesFiles: false,
      dispose: async () => {},
    },
    systemd: { architecture: broken, unitPath: broken, unitFiles: broken, ...manager } as Partial<Systemd> as Systemd,
    attached: broken,
    limits: { clock: fakeClock(), deadline: 1000 },
    ...change,
  });

  test('what cannot be read is absent', async () => {
    expect(await readHostFacts(sources())).toEqual({ name: 'vm', scope: 'system' });
  });
  test("a user's own manager, and where its portabled puts what it attaches", async () => {
    const [links, units] = [
      { runtime: '/run/user/7/portables', persistent: '/h/p' },
      { runtime: '/run/user/7/u', persistent: '/h/u' },
    ];
    const own = { ...systemPlaces, links, units };
    const user = { links: links.runtime, units: units.runtime };
    expect(await readHostFacts(sources({ own }))).toEqual({ name: 'vm', scope: 'user', user });
  });
  test('unit files, each once, with the image that they are of', async () => {
    const files = ['/run/systemd/system.attached/a.service', '/usr/lib/systemd/system/b@.service', '/etc/systemd/system/b@.service'];
    const facts = await readHostFacts(
      sources(
        { attached: async () => [{ name: 'a.service', runtime: true, image: '/srv/a_1.raw', extensions: [] }] },
        { architecture: async () => 'arm64', unitFiles: async () => files },
      ),
    );
    expect(facts).toEqual({
      name: 'vm',
      scope: 'system',
      architecture: 'arm64',
      units: [{ name: 'a.service', image: '/srv/a_1.raw' }, { name: 'b@.service' }],
    });
  });
  test('without the word on what is attached, whose a file is is not known, so that nothing is said of them', async () => {
    expect(await readHostFacts(sources({}, { unitFiles: async () => ['/a.service'] }))).not.toHaveProperty('units');
  });
});
