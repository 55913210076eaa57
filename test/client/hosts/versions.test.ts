import { describe, expect, test } from 'vitest';
import { comparedName } from '../../../client/src/hosts/attach/image-state.ts';
import {
  timeAfter,
  type Version,
  versionAt,
  versionName,
  versionsIn,
  versionsToRemove,
} from '../../../client/src/hosts/deploy/versions.ts';
import { poolOf, systemPlaces } from '../../../client/src/hosts/on-host/places.ts';

const image = { name: 'hello_1.0', path: '/home/me/hello_1.0', kind: 'directory' } as const;
const raw = { ...image, path: '/home/me/hello_1.0.raw', kind: 'raw' } as const;
const digest = { rest: '0123456789', units: 'abcdef0123' };
const time = Date.UTC(2026, 10, 23, 4, 25, 12, 345);

describe('the name of a version', () => {
  test('begins with the image’s name, and differs by machine, path, kind, time and content', () => {
    const names = [
      versionName(image, 'a', time, digest),
      versionName(image, 'b', time, digest),
      versionName({ ...image, path: '/srv/hello_1.0' }, 'a', time, digest),
      versionName(raw, 'a', time, { ...digest, units: '' }),
      versionName(image, 'a', time + 1000, digest),
      versionName(image, 'a', time, { ...digest, units: '0000000000' }),
    ];
    expect(names[0]).toMatch(/^hello_1\.0_[0-9a-f]{8}-20261123T042512Z-0123456789-abcdef0123$/);
    expect(names[3]).toMatch(/^hello_1\.0_[0-9a-f]{8}-20261123T042512Z-0123456789-\.raw$/);
    expect(new Set(names).size).toBe(names.length);
  });
  test('keeps the prefix of an image without version', () => {
    expect(comparedName(versionName({ ...image, name: 'hello' }, 'a', time, digest))).toBe('hello');
  });
  test('fits a file name with the longest name of an image', () => {
    expect(versionName({ ...raw, name: 'x'.repeat(200) }, 'a', time, digest).length).toBeLessThanOrEqual(255);
  });
});

describe('the time of a new version', () => {
  const there = [
    versionAt(`/run/portables/.#versions/${versionName(image, 'a', time, digest)}`, image, 'a'),
    versionAt(`/run/portables/.#versions/${versionName(image, 'a', time - 1000, digest)}`, image, 'a'),
  ].flatMap(version => version ?? []);
  test.each([
    ['is ours', time + 5000, time + 5000],
    ['in the same second comes after it', time + 100, Math.floor(time / 1000) * 1000 + 1000],
    ['after the clock was set back comes after all of them', time - 86_400_000, Math.floor(time / 1000) * 1000 + 1000],
  ])('%s', (_what, now, expected) => {
    expect(timeAfter(now, there)).toBe(expected);
    const names = [...there.map(({ name }) => name), versionName(image, 'a', timeAfter(now, there), digest)];
    expect(names.toSorted().at(-1)).toBe(names.at(-1));
    expect(timeAfter(now, [])).toBe(now);
  });
});

describe('what lies at a path of the host', () => {
  const name = versionName(image, 'a', time, digest);
  test.each([true, false])('runtime %s: a version is told by its path alone', runtime => {
    const path = `${versionsIn(poolOf(systemPlaces, runtime))}/${name}`;
    expect(versionAt(path, image, 'a')).toEqual({ path, name, time: '2026-11-23T04:25:12Z', digest, runtime });
  });
  test('a version that was made persistent by hand lies in the pool', () => {
    expect(versionAt(`/var/lib/portables/${name}`, image, 'a')).toMatchObject({ runtime: false, digest });
  });
  test.each([
    ['/run/user/1000/portables/.#versions', true],
    ['/home/me/.local/state/portables/.#versions', false],
    ['/home/me/.local/state/portables', false],
  ])("in a user's own pool, %s", (directory, runtime) => {
    expect(versionAt(`${directory}/${name}`, image, 'a')).toMatchObject({ runtime, digest });
  });
  test('a raw version has no digest of units', () => {
    const rawName = versionName(raw, 'a', time, { rest: digest.rest, units: '' });
    expect(versionAt(`/run/portables/.#versions/${rawName}`, raw, 'a')?.digest).toEqual({ rest: digest.rest, units: '' });
  });
  test.each([
    ['another machine’s', `/run/portables/.#versions/${versionName(image, 'b', time, digest)}`],
    ['a file of that name elsewhere', `/srv/${name}`],
    ['something below it', `/run/portables/.#versions/${name}/usr`],
    ['a raw one of a directory', `/run/portables/.#versions/${name}.raw`],
    ['no version', '/run/portables/.#versions/hello_1.0'],
    ['a temporary place', '/run/portables/.#versions/.upload-12-ab'],
  ])('%s is none of ours', (_what, path) => {
    expect(versionAt(path, image, 'a')).toBeUndefined();
  });
});

describe('which versions go', () => {
  const version = (hour: number): Version => ({
    path: `/v/${hour}`,
    name: `${hour}`,
    time: `2026-11-23T0${hour}:00:00Z`,
    digest,
    runtime: true,
  });
  const all = [1, 2, 3, 4].map(version);
  test.each([
    ['the newest stays beside the attached one', '/v/4', '/v/3', 1, ['2', '1']],
    ['after a roll back, the replaced one stays though it is old', '/v/4', '/v/1', 1, ['3', '2']],
    ['none stays', '/v/4', '/v/3', 0, ['3', '2', '1']],
    ['more are kept than there are', '/v/4', '/v/3', 9, []],
    ['the first one', '/v/4', undefined, 2, ['1']],
  ])('%s', (_what, attached, replaced, keep, gone) => {
    expect(versionsToRemove(all, attached, replaced, keep).map(({ name }) => name)).toEqual(gone);
  });
});
