/** The versions of an image on a host: where they lie, how they are called, and which of them are ours. */
import { createHash } from 'node:crypto';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import { nameOfCopies } from './image-names.ts';

/**
 * Below a pool, where versions lie. portabled links an image that lies elsewhere into the pool, and takes away only that link when it goes; a
 * copy right in /run/portables it removes itself with the units (257 and 262), in a reattach too. It lists nothing whose name begins with `.#`.
 */
const versionsName = '.#versions';

/** The directory below a pool that holds versions. */
export function versionsIn(pool: string): string {
  return `${pool}/${versionsName}`;
}

/** What an image holds, in few letters: equal ones hold the same. Unit files apart from the rest, as far as they can be told apart. */
export interface Digest {
  readonly rest: string;
  readonly units: string;
}

/** Whether two digests are of the same content. */
export function sameDigest(a: Digest, b: Digest): boolean {
  return a.rest === b.rest && a.units === b.units;
}

/** A copy of an image on a host. */
export interface Version {
  readonly path: string;
  /** File name. */
  readonly name: string;
  /** When it was brought there, by the clock of the machine that it came from: `2026-11-23T04:25:12Z`. */
  readonly time: string;
  readonly digest: Digest;
  readonly runtime: boolean;
  /** Paths of the extension images over it, where some of them were brought along. */
  readonly extensions?: readonly string[];
}

/** What tells the images of one machine from those of another, and from each other. */
type Identity = Pick<ImageFacts, 'name' | 'path' | 'kind'>;

/**
 * What the file names of all versions of an image begin with: the image's name, or a like one that portabled can work with, and `_`, so that it
 * derives the same prefix; and letters that are different for every image of every machine.
 */
export function familyOf(image: Identity, machineId: string): string {
  const hash = createHash('sha256').update(`${machineId}\0${image.path}`).digest('hex').slice(0, 8);
  return `${nameOfCopies(image.name)}_${hash}`;
}

/** A time, in ms since the epoch, as it stands in file names: `20261123T042512Z`. */
export const stampOf = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

/** What stampOf made, as `2026-11-23T04:25:12Z`; undefined for what it cannot have made. */
export function readStamp(stamp: string): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  return parts ? `${parts.slice(1, 4).join('-')}T${parts.slice(4).join(':')}Z` : undefined;
}

/** An image and what lies over it, as portabled's marker names them. */
export const markerOf = (image: string, extensions: readonly string[] = []): string => [image, ...extensions].join(':');

/** File name of a version: `hello_1.0_3fa9c2d1-20261123T042512Z-0123456789-abcdef0123`, for raw images with `.raw`. `time` in ms since the epoch. */
export function versionName(image: Identity, machineId: string, time: number, { rest, units }: Digest): string {
  return `${familyOf(image, machineId)}-${stampOf(time)}-${rest}-${units}${image.kind === 'raw' ? '.raw' : ''}`;
}

/** What the path of any version says: what stays the same in the next one, the image's name, and the time. Undefined for what is none. */
export function readVersion(path: string): { readonly family: string; readonly name: string; readonly time: Date } | undefined {
  const [, family, name, stamp = ''] = /^(.*\/([^/]+)_[0-9a-f]{8})-(\d{8}T\d{6}Z)-[0-9a-f]+-[0-9a-f]*(?:\.raw)?$/.exec(path) ?? [];
  const time = Date.parse(readStamp(stamp) ?? '');
  return family === undefined || name === undefined || Number.isNaN(time) ? undefined : { family, name, time: new Date(time) };
}

/** The time for the name of a new version, in ms since the epoch: after those that are there, also where our clock was set back meanwhile. */
export function timeAfter(now: number, there: readonly Pick<Version, 'time'>[]): number {
  return Math.max(now, ...there.map(({ time }) => Date.parse(time) + 1000));
}

/** The version of an image that lies at a path on the host; undefined for what is none. */
export function versionAt(path: string, image: Identity, machineId: string): Version | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const directory = path.slice(0, -name.length - 1);
  const family = familyOf(image, machineId);
  // the system's pools and users' own; what was made persistent by hand lies in the pool itself
  const pool = /^(.*\/portables)(?:\/\.#versions)?$/.exec(directory)?.[1];
  if (pool === undefined || !name.startsWith(family)) return undefined;
  const runtime = pool.startsWith('/run/');
  const [, stamp = '', rest = '', units = '', raw] = /^-([^-]+)-([0-9a-f]+)-([0-9a-f]*)(\.raw)?$/.exec(name.slice(family.length)) ?? [];
  const time = readStamp(stamp);
  if (time === undefined || (raw !== undefined) !== (image.kind === 'raw')) return undefined;
  return { path, name, runtime, time, digest: { rest, units } };
}

/**
 * The versions that go once another one is attached: of those that are not attached, all but the newest `keep`; the one that was `replaced`
 * counts as the newest, since it is what one wants back. Both are named as portabled's markers name them: the paths of image and extensions.
 */
export function versionsToRemove(
  versions: readonly Version[],
  attached: string,
  replaced: string | undefined,
  keep: number,
): readonly Version[] {
  const marker = ({ path, extensions }: Version): string => markerOf(path, extensions);
  const rank = (version: Version): string => (marker(version) === replaced ? 'replaced' : version.time); // letters come after digits
  const others = versions.filter(version => marker(version) !== attached).sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  return others.slice(Math.max(0, keep));
}
