// What the report of an image is made from: a directory, the same as squashfs, and images that cannot be read.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImagePool } from '../../../server/src/node/image-pool.ts';
import { imageReports } from '../../../server/src/node/report-facts.ts';
import { knownHost } from '../../../server/src/portable/known-host.ts';
import type { HostFacts } from '../../../server/src/protocol-host.ts';
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
    '[Unit]\nDescription=Says hello\n[Service]\nExecStart=/usr/bin/hello\nExecStrat=/x\nSystemCallFilter=~@mount\n',
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

test('an image without an ID is refused in words', async () => {
  const bare = join(directory, 'bare');
  mkdirSync(join(bare, 'usr/lib/systemd/system'), { recursive: true });
  writeFileSync(join(bare, 'usr/lib/os-release'), 'NAME=x\n');
  expect((await report(bare)).plan).toMatchObject({ outcome: 'refused', what: expect.stringContaining('ID=') });
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
