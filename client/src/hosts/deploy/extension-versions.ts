/**
 * The extension images that we brought along with an image. Each lies in a directory of its own under the name that it has here, since systemd
 * looks for the release file of that name in it; the directories bear the names of the image's versions, and go with them.
 *
 * A version is then a set: the image and what lies over it. It is written down as a symbolic link, whose text is portabled's own marker for it, the
 * paths with colons between them. So going back takes all of it back, and what no set names any more is known.
 */
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import { type Digest, familyOf, markerOf, readStamp, stampOf, type Version, versionAt, versionName } from './versions.ts';

type Identity = Pick<ImageFacts, 'name' | 'path' | 'kind'>;

/** An extension image on a host. */
export interface ExtensionVersion {
  readonly path: string;
  /** Its file name, which is the one that it has here. */
  readonly file: string;
  readonly digest: Digest;
  /** Its directory and itself, below the one that holds versions. */
  readonly name: string;
}

/** What a version is told by among others: the marker where some of its extension images are ours, else its path. */
export function idOf(image: string, extensions: readonly string[], base: Identity, machineId: string): string {
  return extensions.some(path => extensionAt(path, base, machineId)) ? markerOf(image, extensions) : image;
}

/** Where a version of an extension image goes, below the directory that holds versions: `hello_1_3fa9c2d1-20261123T042512Z-0123456789-+debug.raw/debug.raw`. */
export function extensionName(base: Identity, file: string, machineId: string, time: number, digest: Digest): string {
  return `${versionName({ ...base, kind: 'directory' }, machineId, time, digest)}+${file}/${file}`;
}

/** The extension image of ours at a path; undefined for what is none, or belongs to another image. */
export function extensionAt(path: string, base: Identity, machineId: string): ExtensionVersion | undefined {
  const parts = /^(.*\/)([^/]+)\+([^/+][^/]*)\/([^/]+)$/.exec(path);
  const [, directory = '', version = '', of = '', file = ''] = parts ?? [];
  const digest = versionAt(`${directory}${version}`, { ...base, kind: 'directory' }, machineId)?.digest;
  if (!digest || of !== file) return undefined;
  return { path, file, digest, name: `${version}+${of}/${file}` };
}

const setSuffix = '.set';

/** File name of a set. `time` in ms since the epoch. */
export function setName(base: Identity, machineId: string, time: number): string {
  return `${familyOf(base, machineId)}-${stampOf(time)}${setSuffix}`;
}

/** What lies in a directory of versions: its file name, and where it points if it is a link. */
export interface Found {
  readonly name: string;
  readonly target?: string;
}

/** The versions among what lies in a directory: the sets, and the images that none of them names. */
export function versionsAmong(found: readonly Found[], directory: string, base: Identity, machineId: string): readonly Version[] {
  const sets = found.flatMap(({ name, target }) =>
    target === undefined ? [] : (setOf(`${directory}/${name}`, target, base, machineId) ?? []),
  );
  const named = new Set(sets.map(({ path }) => path));
  const alone = found
    .filter(({ target }) => target === undefined)
    .flatMap(({ name }) => versionAt(`${directory}/${name}`, base, machineId) ?? [])
    .filter(({ path }) => !named.has(path));
  return [...sets, ...alone];
}

function setOf(link: string, target: string, base: Identity, machineId: string): Version | undefined {
  const name = link.slice(link.lastIndexOf('/') + 1);
  const begins = `${familyOf(base, machineId)}-`;
  const stamp = name.startsWith(begins) && name.endsWith(setSuffix) ? name.slice(begins.length, -setSuffix.length) : '';
  const time = readStamp(stamp);
  const [path = '', ...extensions] = target.split(':');
  const image = versionAt(path, base, machineId);
  return time === undefined || !image ? undefined : { ...image, name, time, extensions };
}

/** File names, below the directory that holds versions, of what a version is made of. Extension images that we did not bring are none of it. */
export function filesOf({ name, path, extensions = [] }: Version, base: Identity, machineId: string): readonly string[] {
  const own = extensions.flatMap(extension => extensionAt(extension, base, machineId)?.name.split('/', 1) ?? []);
  return [...new Set([name, path.slice(path.lastIndexOf('/') + 1), ...own])];
}

/**
 * File names that can go when these versions do: what only they are made of. What is attached stays, and so does what the versions that are left are
 * made of.
 */
export function filesThatGo(
  going: readonly Version[],
  staying: readonly Version[],
  attached: readonly string[],
  base: Identity,
  machineId: string,
): readonly string[] {
  const files = (versions: readonly Version[]) => versions.flatMap(version => filesOf(version, base, machineId));
  const inUse = attached.flatMap(path => extensionAt(path, base, machineId)?.name.split('/', 1) ?? path.slice(path.lastIndexOf('/') + 1));
  const kept = new Set([...files(staying), ...inUse]);
  return [...new Set(files(going))].filter(name => !kept.has(name));
}
