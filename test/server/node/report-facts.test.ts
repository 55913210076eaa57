// What the report of an image is made from: a directory, the same as squashfs, and images that cannot be read.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exposureUnder } from '../../../server/src/features/exposure.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { profilesFrom } from '../../../server/src/features/profiles.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { imageReports } from '../../../server/src/node/report/facts.ts';
import { knownHost } from '../../../server/src/portable/known-host.ts';
import type { HostFacts } from '../../../server/src/protocol-host.ts';
import type { Target } from '../../../server/src/rules/rule.ts';
import { haveMksquashfs, mksquashfs } from '../image/real-squashfs.ts';

let directory: string;
let tree: string;
const reports = imageReports(createImagePool());
const report = (image: string, profile = 'default') => reports.report({ image, systemd: 257, source: 'setting', profile });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  tree = join(directory, 'hello_1');
  const units = join(tree, 'usr/lib/systemd/system');
  mkdirSync(join(units, 'hello.service.d'), { recursive: true });
  mkdirSync(join(tree, 'usr/share'));
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=hello\nVERSION_ID=1\nPORTABLE_PREFIXES=hello\n');
  writeFileSync(
    join(units, 'hello.service'),
    '[Unit]\nDescription=Says hello\n[Service]\nExecStart=/usr/bin/hello\nExecStrat=/x\nSystemCallFilter=~@mount\nUMask=0022\n',
  );
  writeFileSync(join(units, 'hello-bad.service'), 'ExecStart=/x\n[Service]\n[\n');
  writeFileSync(join(units, 'hello.service.d/10.conf'), '[Service]\nNo-such=1\n');
  writeFileSync(join(units, 'other.mount'), '[Mount]\nWhat=/x\n');
  symlinkSync('hello.service', join(units, 'hello-alias.service'));
  writeFileSync(join(tree, 'usr/share/large'), 'x'.repeat(300_000));
  if (haveMksquashfs) mksquashfs(tree, `${tree}.raw`);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.each([['directory', ''], ...(haveMksquashfs ? [['raw', '.raw']] : [])])('a %s', (kind, suffix) => {
  test('is told with its units, their exposures and what is wrong with them', async () => {
    const { image, units, profiles, findings, counts, partitions } = await report(tree + suffix);
    expect(image).toMatchObject({ kind, name: 'hello_1', version: '1', prefix: 'hello' });
    expect(profiles).toEqual(['', 'default', 'nonetwork', 'strict', 'trusted']);
    expect(units.map(({ name }) => name)).toEqual(['hello-alias.service', 'hello-bad.service', 'hello.service', 'other.mount']);
    const hello = units.find(({ name }) => name === 'hello.service');
    expect(hello).toMatchObject({ description: 'Says hello', type: 'service' });
    const tenths = hello?.exposures?.map(one => one?.tenths ?? -1) ?? [];
    expect(tenths).toHaveLength(5);
    expect(tenths[0]).toBeGreaterThan(tenths[1] ?? 0);
    expect(tenths[1]).toBeGreaterThan(tenths[3] ?? 0);
    expect(units.find(({ name }) => name === 'other.mount')?.exposures).toBeUndefined();
    expect(findings.filter(({ path }) => path.endsWith('/hello.service')).map(({ line }) => line)).toContain(5);
    expect(findings.some(({ path }) => path.endsWith('hello.service.d/10.conf'))).toBe(true);
    expect(counts.error + counts.warning + counts.information + counts.hint).toBe(findings.length);
    expect(partitions).toEqual([]);
  });

  test('is planned for a host of which only the version is known', async () => {
    const { plan } = await report(tree + suffix);
    if (plan?.outcome !== 'attached') throw new Error('it would be refused');
    expect(plan.units).toContain('hello.service');
    expect(plan.files.find(({ text }) => text !== undefined)?.text).toContain(`/run/portables/hello_1${suffix}`);
    expect(plan.unknown.join()).toContain('units');
    const unknown = await report(tree + suffix, 'own');
    expect(unknown.plan).toMatchObject({ outcome: 'attached' });
  });

  test('is told without findings where that is to be quick', async () => {
    const { findings, unchecked, units } = await reports.report({
      ...{ image: tree + suffix, systemd: 257, source: 'setting', profile: 'default' },
      quick: true,
    });
    expect([findings, unchecked, units.length]).toEqual([[], true, 4]);
  });

  test('has the same findings whether its first sight was asked for before or not', async () => {
    const asked = { image: tree + suffix, systemd: 257, source: 'setting', profile: 'default' };
    const whole = await imageReports(createImagePool()).report(asked);
    await reports.report({ ...asked, quick: true });
    expect(await reports.report(asked)).toEqual(whole);
    // asked for otherwise, nothing of it counts
    await reports.report({ ...asked, quick: true });
    expect((await reports.report({ ...asked, systemd: 252 })).systemd).toBe(252);
  });

  test('is measured', async () => {
    const { parts, total, partial } = await reports.sizes({ image: tree + suffix }, () => false);
    expect(partial).toBe(false);
    expect(parts[0]).toMatchObject({ path: '/usr/share', kind: 'below', bytes: 300_000, files: 1 });
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
  });

  test('is measured in part where that was ended', async () => {
    expect(await reports.sizes({ image: tree + suffix }, () => true)).toMatchObject({ partial: true, total: 0 });
  });
});

describe('for a host', () => {
  const asked = (source: string, facts: Omit<HostFacts, 'name' | 'scope'>) =>
    reports.report({ image: tree, systemd: 257, source, profile: 'default' }, knownHost({ name: 'vm', scope: 'system', ...facts }));

  /** The exposures of hello.service as an editor tells them over its [Service], in the order of the report. */
  function inEditor(dropIns: HostFacts['dropIns'] = []): readonly string[] {
    const text = readFileSync(join(tree, 'usr/lib/systemd/system/hello.service'), 'utf8');
    const target: Target = { systemd: 257, host: knownHost({ name: 'vm', scope: 'system', dropIns }) };
    const judged = judgeUnit({ text, unit: { kind: 'service', role: 'unit', name: 'hello.service' } }, target);
    const profiles = [undefined, ...profilesFrom('default', []).all];
    return profiles.map(profile => String(exposureUnder(judged, profile, target)?.tenths));
  }

  test.each<[string, HostFacts['dropIns'], boolean]>([
    ['its own', [{ path: '/etc/systemd/system/hello.service.d/05-own.conf', text: '[Service]\nPrivateNetwork=yes\n' }], true],
    ['those of all services', [{ path: '/usr/lib/systemd/system/service.d/50.conf', text: '[Service]\nPrivateNetwork=yes\n' }], true],
    ['one in the place of the profile', [{ path: '/etc/systemd/system/hello.service.d/10-profile.conf', text: '' }], true],
    ['one that undoes the profile', [{ path: '/etc/systemd/system/hello.service.d/99.conf', text: '[Service]\nPrivateTmp=no\n' }], true],
    ['one that confines nothing', [{ path: '/usr/lib/systemd/system/service.d/10.conf', text: '[Service]\nTimeoutStopSec=5\n' }], false],
    ['those of others', [{ path: '/etc/systemd/system/other.service.d/05.conf', text: '[Service]\nPrivateNetwork=yes\n' }], false],
    ['none', [], false],
  ])('its drop-ins count as in the editor: %s', async (_, dropIns, changes) => {
    const told = async (own: HostFacts['dropIns']) => {
      const { units, dropInsOf } = await asked('host vm', { ...(own && { dropIns: own }) });
      return { dropInsOf, tenths: units.find(({ name }) => name === 'hello.service')?.exposures?.map(one => String(one?.tenths)) };
    };
    const [without, counted] = [await told(undefined), await told(dropIns)];
    expect([without.dropInsOf, counted.dropInsOf]).toEqual([undefined, 'vm']);
    expect(counted.tenths).toEqual(inEditor(dropIns));
    expect(JSON.stringify(counted.tenths) !== JSON.stringify(without.tenths)).toBe(changes);
  });

  test('profiles of workspace and host have their exposures, and the rules know the chosen one', async () => {
    const mine = { name: 'mine', text: '[Service]\nPrivateNetwork=yes\nUMask=0077\n' };
    const all = profilesFrom('mine', [mine, { name: 'trusted', text: '[Service]\nPrivateNetwork=yes\n' }]);
    const params = { image: tree, systemd: 257, source: 'setting', profile: 'mine' } as const;
    const [shipped, own] = [await reports.report(params), await reports.report(params, undefined, all)];
    expect(own.profiles).toEqual([...shipped.profiles, 'mine']);
    const exposures = ({ units }: typeof own) =>
      units.find(({ name }) => name === 'hello.service')?.exposures?.map(one => one?.tenths) ?? [];
    expect(exposures(own)).toHaveLength(6);
    expect(exposures(own)[5]).toBeLessThan(exposures(own)[0] ?? 0);
    expect(exposures(own)[4]).not.toBe(exposures(shipped)[4]);
    expect(own.findings.map(({ code }) => code)).toContain('sandbox/overridden');
    expect(shipped.findings.map(({ code }) => code)).not.toContain('sandbox/overridden');
  });

  test('its architecture decides how exposed a service is', async () => {
    const bare = async (architecture: string, source = 'host vm') =>
      (await asked(source, { architecture })).units.find(({ name }) => name === 'hello.service')?.exposures?.[0]?.tenths;
    const [here, there, elsewhere] = await Promise.all([bare('x86-64'), bare('arm64'), bare('arm64', 'setting')]);
    expect(there).toBeLessThan(here ?? 0);
    expect(elsewhere).toBe(here);
  });

  test.each<[string, Omit<HostFacts, 'name' | 'scope'>, string, boolean]>([
    ['has a unit of its own of that name', { units: [{ name: 'hello.service' }] }, 'refused', false],
    ['has one of another image', { units: [{ name: 'hello.service', image: '/srv/other_1' }] }, 'refused', false],
    ['has the image attached', { units: [{ name: 'hello.service', image: '/run/portables/.#versions/hello_2.raw' }] }, 'attached', false],
    ['has others', { units: [{ name: 'x.service' }] }, 'attached', false],
    ['does not tell', {}, 'attached', true],
  ])('that %s', async (_, facts, outcome, unknown) => {
    const { plan } = await asked('host vm', facts);
    expect(plan?.outcome).toBe(outcome);
    if (plan?.outcome === 'attached') expect(plan.unknown.join().includes('units')).toBe(unknown);
  });
});

describe('an image for users', () => {
  const units = (scope: 'system' | 'user', more = '') => {
    const root = join(directory, `own-${scope}_${more.length}`);
    mkdirSync(join(root, 'usr/lib/systemd', scope), { recursive: true });
    writeFileSync(join(root, 'usr/lib/os-release'), `ID=x\n${more}`);
    writeFileSync(join(root, 'usr/lib/systemd', scope, `own-${scope}.service`), '[Service]\nExecStart=/bin/true\n');
    return root;
  };
  const user = { links: '/run/user/7/portables', units: '/run/user/7/systemd/user.attached' };
  const own = knownHost({ name: 'me', scope: 'user', user, units: [] });
  const asked = (image: string, systemd: number, host?: typeof own, all?: ReturnType<typeof profilesFrom>) =>
    reports.report({ image, systemd, source: host ? 'host me' : 'setting', profile: 'default' }, host, all);

  test('is planned for the places of the user, under the profile that is there, its units with exposures', async () => {
    const image = units('user', 'PORTABLE_SCOPE=user\n');
    const path = '/usr/lib/systemd/user/portable/profile/default/service.conf';
    const told = await asked(image, 262, own, profilesFrom('default', [{ name: 'default', path, text: '[Service]\nPrivateTmp=yes\n' }]));
    expect(told.image.scope).toBe('user');
    expect(told.units.map(({ name, exposures }) => [name, exposures?.length])).toEqual([['own-user.service', 5]]);
    const files = told.plan?.outcome === 'attached' ? told.plan.files : [];
    expect(files.map(file => file.path)).toEqual(
      ['', '.d/10-profile.conf', '.d/20-portable.conf'].map(end => `${user.units}/own-user.service${end}`),
    );
    expect(files.at(-1)?.text).toContain(`RootDirectory=${user.links}/own-user_20\n`);
    expect(told.plan).toMatchObject({ unknown: [] });
  });
  test('is planned for some user, where no host is known', async () => {
    const told = await asked(units('user', 'PORTABLE_SCOPE=user\n'), 262);
    const { plan } = told;
    expect(plan).toMatchObject({ outcome: 'attached' });
    if (plan?.outcome === 'attached') expect(plan.files[0]?.path).toBe('$XDG_RUNTIME_DIR/systemd/user.attached/own-user.service');
    // DynamicUser= and ProtectHome= are not in the profiles for users
    const exposed = (one: typeof told) => one.units[0]?.exposures?.[1]?.tenths ?? 0;
    expect(exposed(told)).toBeGreaterThan(exposed(await asked(units('system'), 262)));
  });
  test.each([
    [
      'one for the system, by the portabled of a user',
      'system',
      '',
      262,
      own,
      "for the system's service manager, and this is a user's own service manager: its os-release has no",
    ],
    ['one without units of users, by the portabled of a user', 'system', 'PORTABLE_SCOPE=any\n', 262, own, 'begins with'],
    ['one for users, by a systemd that has no portabled for them', 'user', 'PORTABLE_SCOPE=user\n', 257, undefined, 'begins with'],
  ] as const)('is refused: %s', async (_, scope, release, systemd, host, what) => {
    expect((await asked(units(scope, release), systemd, host)).plan).toMatchObject({
      outcome: 'refused',
      what: expect.stringContaining(what),
    });
  });
});

test('a service that is not UTF-8 has no exposure, since systemd does not load it; one in a comment of which alone bytes are odd has one', async () => {
  const image = join(directory, 'odd_1');
  const units = join(image, 'usr/lib/systemd/system');
  mkdirSync(units, { recursive: true });
  writeFileSync(join(image, 'usr/lib/os-release'), 'ID=x\n');
  const unit = (text: string) => Buffer.from(`[Service]\n${text}\nExecStart=/bin/true\n`, 'latin1');
  writeFileSync(join(units, 'odd-value.service'), unit('Environment=A=\xe4'));
  writeFileSync(join(units, 'odd-comment.service'), unit('# \xe4'));
  const told = await report(image);
  expect(told.units.map(({ name, exposures }) => [name, exposures?.some(one => one !== null)])).toEqual([
    ['odd-comment.service', true],
    ['odd-value.service', false],
  ]);
  expect(told.findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ code: 'unit/not-utf8', line: 2 }]);
});

test('what changes after the first sight is told by the third report at the latest; an image that went away at once', async () => {
  const changing = join(directory, 'changing');
  mkdirSync(join(changing, 'usr/lib/systemd/system'), { recursive: true });
  writeFileSync(join(changing, 'usr/lib/os-release'), 'ID=x\n');
  const file = join(changing, 'usr/lib/systemd/system/changing.service');
  writeFileSync(file, '[Service]\nExecStart=/x\n');
  const asked = { image: changing, systemd: 257, source: 'setting', profile: 'default' };
  await reports.report({ ...asked, quick: true });
  await reports.report(asked);
  writeFileSync(file, '[Service]\nExecStart=x/y\n');
  const errors = (await reports.report(asked)).findings.filter(({ code }) => code === 'unit/refused-value');
  expect(errors).toHaveLength(1);
  await reports.report({ ...asked, quick: true });
  rmSync(changing, { recursive: true });
  expect((await reports.report(asked)).image.problem).toBeDefined();
});

test.runIf(haveMksquashfs)('a raw image that was rebuilt after its first sight is read anew', async () => {
  const built = join(directory, 'built');
  mkdirSync(join(built, 'usr/lib/systemd/system'), { recursive: true });
  writeFileSync(join(built, 'usr/lib/os-release'), 'ID=x\n');
  const unit = (text: string) => {
    writeFileSync(join(built, 'usr/lib/systemd/system/built.service'), text);
    rmSync(`${built}.raw`, { force: true });
    mksquashfs(built, `${built}.raw`);
  };
  const asked = { image: `${built}.raw`, systemd: 257, source: 'setting', profile: 'default' };
  unit('[Service]\nExecStart=/x\n');
  await reports.report({ ...asked, quick: true });
  unit('[Service]\nExecStart=x/y\n');
  expect((await reports.report(asked)).findings.map(({ code }) => code)).toContain('unit/refused-value');
});

test('an image without an ID is refused in words', async () => {
  const bare = join(directory, 'bare');
  mkdirSync(join(bare, 'usr/lib/systemd/system'), { recursive: true });
  writeFileSync(join(bare, 'usr/lib/os-release'), 'NAME=x\n');
  const where = { path: '/usr/lib/os-release' };
  expect((await report(bare)).plan).toMatchObject({ outcome: 'refused', what: expect.stringContaining('ID='), ...where });
});

test('what is no image, and what is not there, is told and nothing thrown', async () => {
  const junk = join(directory, 'junk.raw');
  writeFileSync(junk, 'x'.repeat(5000));
  expect((await report(junk)).image.problem).toMatch(/not supported|corrupt/);
  expect((await reports.sizes({ image: junk }, () => false)).failure).toBeDefined();
  const gone = await report(join(directory, 'gone.raw'));
  expect(gone).toMatchObject({ units: [], findings: [] });
  expect(gone.image.problem).toBeDefined();
});
