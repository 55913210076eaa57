import { describe, expect, test } from 'vitest';
import { comparedName } from '../../../client/src/hosts/attach/image-state.ts';
import {
  extensionAt,
  extensionName,
  filesOf,
  filesThatGo,
  idOf,
  setName,
  versionsAmong,
} from '../../../client/src/hosts/deploy/extension-versions.ts';
import { markerOf, type Version, versionName, versionsIn } from '../../../client/src/hosts/deploy/versions.ts';
import { poolOf, systemPlaces } from '../../../client/src/hosts/on-host/places.ts';

const image = { name: 'hello_1.0', path: '/home/me/hello_1.0', kind: 'directory' } as const;
const digest = { rest: '0123456789', units: 'abcdef0123' };
const directory = versionsIn(poolOf(systemPlaces, true));
const at = (second: number): number => Date.UTC(2026, 10, 23, 4, 25, second);
const base = (second: number): string => versionName(image, 'a', at(second), digest);
const overlay = (second: number, file = 'tools_2.raw'): string => extensionName(image, file, 'a', at(second), digest);
const path = (name: string): string => `${directory}/${name}`;

describe('where an extension image lies', () => {
  test('keeps the name that its release file bears, and portabled compares', () => {
    expect(overlay(1)).toMatch(/^hello_1\.0_[0-9a-f]{8}-20261123T042501Z-0123456789-abcdef0123\+tools_2\.raw\/tools_2\.raw$/);
    expect(comparedName(path(overlay(1)))).toBe('tools');
    expect(extensionAt(path(overlay(1)), image, 'a')).toEqual({ path: path(overlay(1)), file: 'tools_2.raw', digest, name: overlay(1) });
  });
  test.each([
    ['another machine’s', path(extensionName(image, 'x', 'b', at(1), digest))],
    ['of another image', path(extensionName({ ...image, path: '/srv/hello_1.0' }, 'x', 'a', at(1), digest))],
    ['a version of the image itself', path(base(1))],
    ['its directory alone', path(overlay(1).split('/', 1)[0] ?? '')],
    ['another file in its directory', path(overlay(1).replace(/[^/]*$/, 'other.raw'))],
    ['one of the host', '/var/lib/extensions/tools_2.raw'],
  ])('%s is none of ours', (_what, where) => {
    expect(extensionAt(where, image, 'a')).toBeUndefined();
  });
});

describe('what belongs together', () => {
  const first = markerOf(path(base(1)), ['/srv/host.raw', path(overlay(1))]);
  const second = markerOf(path(base(1)), [path(overlay(2))]);
  const found = [
    { name: base(1) },
    { name: base(3) },
    { name: overlay(1).split('/', 1)[0] ?? '' },
    { name: overlay(2).split('/', 1)[0] ?? '' },
    { name: setName(image, 'a', at(1)), target: first },
    { name: setName(image, 'a', at(2)), target: second },
    { name: setName(image, 'b', at(2)), target: second },
    { name: setName(image, 'a', at(4)), target: '/etc/shadow' },
    { name: '.upload-7-ab' },
  ];
  const versions = versionsAmong(found, directory, image, 'a');
  const [one, two, alone] = versions;

  test('is a version, told by the link; an image that no link names is one, too', () => {
    expect(versions).toMatchObject([
      {
        name: setName(image, 'a', at(1)),
        path: path(base(1)),
        time: '2026-11-23T04:25:01Z',
        extensions: ['/srv/host.raw', path(overlay(1))],
      },
      { name: setName(image, 'a', at(2)), path: path(base(1)), time: '2026-11-23T04:25:02Z', extensions: [path(overlay(2))] },
      { name: base(3), path: path(base(3)) },
    ]);
    expect(alone).not.toHaveProperty('extensions');
  });

  test('is told from others by all of it, and images of the host do not count', () => {
    expect(idOf(path(base(1)), [path(overlay(2))], image, 'a')).toBe(second);
    expect(idOf(path(base(3)), ['/srv/host.raw'], image, 'a')).toBe(path(base(3)));
  });

  const goes = (going: readonly (Version | undefined)[], attached: readonly string[] = []) => {
    const gone = going.flatMap(version => version ?? []);
    return filesThatGo(
      gone,
      versions.filter(version => !gone.includes(version)),
      attached,
      image,
      'a',
    ).map(name => name.replace(/^hello_1\.0_[0-9a-f]{8}-20261123T0425/, '').replace(/Z-[0-9a-f]+-[0-9a-f]+/, ''));
  };
  test.each<readonly [string, readonly (Version | undefined)[], readonly string[], readonly string[]]>([
    ['the first: the image stays for the second', [one], [], ['01Z.set', '01+tools_2.raw']],
    ['both', [one, two], [], ['01Z.set', '01', '01+tools_2.raw', '02Z.set', '02+tools_2.raw']],
    ['both, and the image is attached', [one, two], [path(base(1))], ['01Z.set', '01+tools_2.raw', '02Z.set', '02+tools_2.raw']],
    ['both, and one that lies over it is attached', [one, two], [path(overlay(2))], ['01Z.set', '01', '01+tools_2.raw', '02Z.set']],
    ['the image alone', [alone], [], ['03']],
    ['the image alone, attached', [alone], [path(base(3))], []],
  ])('of %s, this goes', (_what, going, attached, expected) => {
    expect(goes(going, attached)).toEqual(expected);
  });

  test('never holds what lies elsewhere', () => {
    for (const version of versions) for (const name of filesOf(version, image, 'a')) expect(name).toMatch(/^hello_1\.0_[0-9a-f]{8}-[^/]*$/);
  });
});
