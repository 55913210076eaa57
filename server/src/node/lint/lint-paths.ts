/** From the paths on the command line to the files to judge: trees, patterns, links, paths inside an image. */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { decodeName } from '../../image/entry-name.ts';
import { isGlob, matchesGlob } from '../../rules/control/glob.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import { type ReleaseFile, releaseKindOf } from '../../rules/portable/release-file.ts';
import { isForeign, type UnitFile, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitLink } from '../../unit/unit-set.ts';
import { nodePath, whyOf } from '../documents/read-unit-file.ts';
import { findUnits } from './find-units.ts';

/** What a release file is, and of which image. */
type ReleaseKind = Pick<ReleaseFile, 'kind' | 'extension'>;

/** A file to judge. */
export interface Job {
  /** The name that the user sees. */
  readonly shown: string;
  /** Where it is, without links. */
  readonly path: string;
  /** What the file is: one of the two, or neither for files that no rule looks at. */
  readonly unit?: UnitFile;
  readonly release?: ReleaseKind;
  /** The path that the user gave leads there by a link. */
  readonly linked: boolean;
  /** Of a file inside an image: where it would be if the image were a directory of its name with `!`, for what is configured by path. */
  readonly placed?: string;
}

/** What cannot be judged, and why. */
export interface Failure {
  readonly path: string;
  readonly why: string;
}

/** What the paths came to. */
export interface Jobs {
  readonly jobs: readonly Job[];
  /** Paths that are masked units, which hold nothing to judge. */
  readonly masked: number;
  /** Links below the directories that bear the names of units, such as aliases: where they are. */
  readonly links: readonly UnitLink[];
  /** Directories of which all is there: their absolute paths. */
  readonly whole: readonly string[];
  readonly failures: readonly Failure[];
  /** What lies inside images: the jobs among them, those that only complete their units, and all that is to be known of it without a disk. */
  readonly images: readonly ImageJobs[];
}

/** The files to judge of an image. All paths begin with `prefix`. */
export interface ImageJobs {
  readonly prefix: string;
  readonly jobs: readonly Job[];
  readonly beside: readonly Job[];
  readonly links: readonly UnitLink[];
  readonly texts: ReadonlyMap<string, Uint8Array>;
  /** Absent where the image could not be read. */
  readonly facts?: TreeFacts;
  readonly masked: number;
  readonly failures: readonly Failure[];
}

/** Where a path is on this machine. */
export type Place = { readonly path: string; readonly linked: boolean } | { readonly masked: true } | { readonly why: string };

/** The paths of a run, and the image that they lie in. */
interface Asked {
  readonly paths: readonly string[];
  readonly root?: string | undefined;
  readonly extensions?: readonly string[] | undefined;
}

/**
 * The same with each directory of versions (`hello.raw.v/`) replaced by the version that a systemd takes, and a failure for each that holds none;
 * without that root or extension nothing can be judged.
 */
export async function withTakenVersions(
  { paths, root, extensions }: Asked,
  systemd: number | undefined,
): Promise<Asked & { readonly failures: readonly Failure[] }> {
  const image = [...(root === undefined ? [] : [root]), ...(extensions ?? [])];
  if (![...paths, ...image].some(path => /\.v\/*$/.test(path) && isDirectory(path))) return { paths, root, extensions, failures: [] };
  const { takenVersions } = await import('./lint-on-demand.ts');
  const [asked, around] = [await takenVersions(paths, systemd), await takenVersions(image, systemd)];
  const failures = [...asked.failures, ...around.failures];
  if (around.failures.length > 0) return { paths: [], failures };
  const [first, ...others] = around.paths;
  return root === undefined
    ? { paths: asked.paths, extensions: around.paths, failures }
    : { paths: asked.paths, root: first, extensions: others, failures };
}

/**
 * Every unit file that the paths name or hold, each once however many paths and links lead to it. A raw image holds the files in it. With `root`, the
 * paths lie in that image: they are below it on this machine, or as the image sees them; `extensions` lie over it. Never throws.
 */
export async function jobsOf(paths: readonly string[], root: string | undefined, extensions: readonly string[] = []): Promise<Jobs> {
  const jobs: Job[] = [];
  const images: ImageJobs[] = [];
  if (root !== undefined && (extensions.length > 0 || isFile(root))) {
    await takeImage(root, extensions, paths);
    return { jobs, masked: images[0]?.masked ?? 0, links: images[0]?.links ?? [], whole: [], failures: images[0]?.failures ?? [], images };
  }
  const failures: Failure[] = [];
  const links: UnitLink[] = [];
  const whole: string[] = [];
  const seen = new Set<string>();
  let masked = 0;
  const locate = root === undefined ? onDisk : (await import('./lint-on-demand.ts')).placesInTree(root);

  for (const asked of paths) {
    const place = await locate(asked);
    if ('masked' in place) masked++;
    else if ('path' in place && root === undefined && /[^/\\]\.raw$/.test(asked) && isFile(place.path)) await takeRaw(asked);
    else if ('path' in place) take(asked, place);
    else if (isGlob(asked)) await takeMatching(asked);
    else failures.push({ path: asked, why: place.why });
  }
  return { jobs, masked, links, whole, failures, images };

  async function takeRaw(image: string) {
    const found = await takeImage(image, [], ['/']);
    failures.push(...found.failures);
    links.push(...found.links);
    if (found.jobs.length === 0 && found.failures.length === 0) failures.push({ path: image, why: 'there are no unit files in it' });
  }

  async function takeImage(image: string, over: readonly string[], inside: readonly string[]): Promise<ImageJobs> {
    const found = await (await import('./lint-on-demand.ts')).jobsInImage(image, over, inside);
    images.push(found);
    for (const job of found.jobs) if (!jobs.some(({ path }) => path === job.path)) jobs.push(job);
    return found;
  }

  function take(asked: string, { path, linked }: Extract<Place, { readonly path: string }>) {
    if (isDirectory(path)) {
      whole.push(path);
      takeAll(asked, path, () => true);
    } else {
      const unit = unitAt(asked);
      if ('why' in unit) failures.push({ path: asked, why: unit.why });
      else add({ shown: asked, path, linked, ...named(unit) });
    }
  }

  /** The unit files below a directory; how many they are. */
  function takeAll(shown: string, path: string, wanted: (below: string) => boolean): number {
    const found = findUnits(path, resolve(shown));
    const nameOf = (below: string) => (shown === '' || below === '' ? below || shown : `${shown.replace(/\/+$/, '')}/${below}`);
    failures.push(...found.failures.map(({ below, why }) => ({ path: nameOf(below), why })));
    links.push(...found.links.map(link => ({ ...link, path: join(path, link.path) })));
    const files = found.files.filter(({ below }) => wanted(below));
    for (const { below, ...file } of files) add({ shown: nameOf(below), path: join(path, below), linked: false, ...file });
    return files.length;
  }

  async function takeMatching(pattern: string) {
    const parts = pattern.replaceAll('\\', sep === '/' ? '\\' : '/').split('/');
    const first = parts.findIndex(isGlob);
    const above = parts.slice(0, first).join('/') || (first > 0 ? '/' : '.');
    const below = parts.slice(first).join('/');
    const place = await locate(above);
    const fits = (file: string) =>
      file
        .split('/')
        .map((_, n, names) => names.slice(0, n + 1).join('/'))
        .some(path => matchesGlob(below, path));
    const count = 'path' in place && isDirectory(place.path) ? takeAll(first > 0 ? above : '', place.path, fits) : 0;
    if (count === 0) failures.push({ path: pattern, why: 'no unit file matches this pattern' });
  }

  function add(job: Job) {
    if (seen.has(job.path)) return;
    seen.add(job.path);
    jobs.push(job);
  }
}

function isFile(path: string): boolean {
  return statSync(nodePath(path), { throwIfNoEntry: false })?.isFile() === true;
}

function isDirectory(path: string): boolean {
  return statSync(nodePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function onDisk(asked: string): Place {
  try {
    const linked = lstatSync(nodePath(asked)).isSymbolicLink();
    const stat = statSync(nodePath(asked));
    if (stat.isCharacterDevice()) return { masked: true };
    return { path: decodeName(realpathSync.native(nodePath(asked), { encoding: 'buffer' })), linked };
  } catch (error) {
    return { why: whyOf(error) };
  }
}

/** What the name of a file says. */
type NamedFile = { readonly file: UnitFile } | { readonly release: ReleaseKind };

/** What a file is, for its job. */
export const named = (found: NamedFile): Pick<Job, 'unit' | 'release'> => ('file' in found ? { unit: found.file } : found);

/** What a file is by the name that the user knows it by, which for a link counts more than what it points to. */
export function unitAt(path: string): NamedFile | { readonly why: string } {
  const absolute = resolve(path).replaceAll('\\', '/');
  const file = unitFileOf(absolute);
  if (file) return { file };
  const release = releaseKindOf(absolute);
  if (release) return { release };
  // a .conf file outside its directory is judged without knowing the unit's type
  if (absolute.endsWith('.conf') && !isForeign(absolute)) return { file: { role: 'drop-in' } };
  return { why: 'by its name it is no unit file, drop-in or profile' };
}
