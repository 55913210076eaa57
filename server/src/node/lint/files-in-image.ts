/** The unit and release files of an image, with their texts, for portable-lint; and of a base with its extension images over it. */
import { resolve } from 'node:path';
import { ImageError, problemText } from '../../image/image-error.ts';
import type { FileNode, ImageTree } from '../../image/image-tree.ts';
import { extensionHierarchies } from '../../image/layers.ts';
import { imageName } from '../../image/names.ts';
import { parseRelease, releaseValues } from '../../image/os-release.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { releaseFiles } from '../../image/tree-root.ts';
import { unitType } from '../../image/units.ts';
import { walk } from '../../image/walk.ts';
import type { Release, TreeFacts } from '../../rules/portable/portable-tree.ts';
import { unitSearchPath, userUnitSearchPath } from '../../unit/search-path.ts';
import { countsAsLink, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitLink } from '../../unit/unit-set.ts';
import { pathsInImage } from '../documents/document-path.ts';
import { createImagePool, ImageChanged } from '../images/image-pool.ts';
import { mountPoints, ofDistributions } from '../images/tree-facts.ts';
import { releaseIn, skippedDirectories } from './find-units.ts';
import type { Failure, Job } from './lint-paths.ts';

/** Names that a search comes by; the largest text, and all texts together, in bytes. */
const limits = { entries: 1_000_000, text: 4 << 20, together: 256 << 20 };

/** What an image holds for a linter. The paths of jobs and links begin with `prefix`. */
export interface FilesInImage {
  readonly prefix: string;
  readonly jobs: readonly Job[];
  readonly links: readonly UnitLink[];
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly facts: TreeFacts;
  /** What could not be read of it. */
  readonly failures: readonly Failure[];
  /** Where a path leads in the base, as `resolveInImage` says it. */
  readonly find: (path: string) => { readonly path: string } | { readonly missing: string };
}

type Place = ReturnType<FilesInImage['find']>;

/**
 * Reads an image (raw, or a directory) with extension images over it, the last one on top; of these counts what systemd merges: `/usr` and `/opt`, and
 * `/etc` of configuration extensions. `asked` are the paths that `find` is going to be asked about. Throws an UnreadableImage.
 */
export async function filesInImage(image: string, extensions: readonly string[], asked: readonly string[]): Promise<FilesInImage> {
  const path = resolve(image);
  const prefix = pathsInImage(path);
  const pool = createImagePool();
  const places = new Map<string, Place>();
  const layers: Layer[] = [];
  for (const [n, from] of [image, ...extensions].entries()) {
    const look = async (tree: ImageTree): Promise<Layer> => {
      if (n > 0) return readLayer(tree, from, prefix, await mergedIn(tree));
      for (const one of asked) places.set(one, await placeOf(tree, one));
      return readLayer(tree, from, prefix, undefined);
    };
    layers.push(await naming(from, () => pool.use(resolve(from), async opened => look(await opened.tree()))));
  }
  const [base] = layers;
  const merged = new Map(layers.flatMap(layer => [...layer.found]));
  const found = [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
  const jobs = found.flatMap(([below, { job, ...named }]): Job[] =>
    job ? [{ ...job, ...named, path: prefix + below, placed: `${path}!${below}`, linked: false }] : [],
  );
  const texts = new Map(found.flatMap(([below, { bytes }]) => (bytes ? [[prefix + below, bytes] as const] : [])));
  const links = found.flatMap(([below, { target }]) => (target === undefined ? [] : [{ path: prefix + below, target }]));
  const names = found.map(([below]) => below).filter(below => searched.has(below.slice(0, below.lastIndexOf('/'))));
  const facts: TreeFacts = {
    root: prefix,
    name: imageName(path, path.endsWith('.raw') ? 'raw' : 'directory'),
    ...(base?.release && { release: base.release }),
    units: [...new Set(names.map(below => below.slice(below.lastIndexOf('/') + 1)).filter(name => unitType(name) !== undefined))].sort(),
    distribution: base?.distribution === true,
    mountPoints: base?.mountPoints === true,
    beside: () => [],
  };
  const failures = layers.flatMap(layer => layer.failures);
  return { prefix, jobs, links, texts, facts, failures, find: one => places.get(one) ?? { missing: one } };
}

const searched: ReadonlySet<string> = new Set([...unitSearchPath, ...userUnitSearchPath]);

/** One image of several. */
interface Layer {
  /** By path inside: files, and links that bear the names of units. */
  readonly found: ReadonlyMap<string, Found>;
  readonly release?: Release;
  readonly distribution: boolean;
  readonly mountPoints: boolean;
  readonly failures: readonly Failure[];
}

interface Found extends Pick<Job, 'unit' | 'release'> {
  readonly job?: Pick<Job, 'shown'>;
  readonly bytes?: Uint8Array;
  readonly target?: string;
}

async function readLayer(tree: ImageTree, shown: string, prefix: string, within: readonly string[] | undefined): Promise<Layer> {
  const found = new Map<string, Found>();
  const failures: Failure[] = [];
  let together = 0;
  const counts = (path: string) => !within || within.some(top => path.startsWith(`${top}/`));
  const unread = (path: string, error: ImageError) => {
    // what is to be merged may lie below it
    if (counts(`${path}/`) || within?.some(top => top.startsWith(`${path}/`)))
      failures.push({ path: `${shown}:${path}`, why: `it cannot be read: ${problemText(error)}` });
  };
  const enters = (name: string) => !skippedDirectories.has(name);
  for await (const { path, name, kind, parent } of walk(tree.root, { entries: limits.entries, expired: () => false, enters, unread })) {
    if (!counts(path)) continue;
    const unit = unitFileOf(prefix + path);
    const release = unit ? undefined : releaseIn(prefix + path);
    if (!unit && !release) continue;
    if (kind !== 'file' && !(kind === 'link' && countsAsLink(unit))) continue;
    const node = await readable(path, () => parent.lookup(name));
    const target = node?.kind === 'link' ? await readable(path, () => node.target()) : undefined;
    if (target !== undefined) found.set(path, { target });
    if (node?.kind !== 'file') continue;
    together += node.size;
    if (node.size > limits.text || together > limits.together) throw new ImageError('unsupported', `${path} is too big for a unit file`);
    const bytes = await readable(path, () => whole(node));
    if (bytes) found.set(path, { job: { shown: `${shown}:${path}` }, bytes, ...(unit ? { unit } : release && { release }) });
  }
  const release = within ? undefined : await readable('/etc/os-release', () => releaseOf(tree));
  return {
    found,
    ...(release && { release }),
    distribution: await some(tree, ofDistributions),
    mountPoints: await every(tree, mountPoints),
    failures,
  };

  async function readable<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      unread(path, error);
      return undefined;
    }
  }
}

const whole = async (node: FileNode): Promise<Uint8Array> => (await node.read(0, limits.text)).slice();

async function releaseOf(tree: ImageTree): Promise<Release | undefined> {
  for (const file of releaseFiles) {
    const found = await resolveInImage(tree, file);
    if (found.outcome !== 'found' || found.node.kind !== 'file' || found.node.size > limits.text) continue;
    return releaseValues(parseRelease(new TextDecoder().decode(await found.node.read(0, limits.text))));
  }
  return undefined;
}

/** Whether there is something at a path, as far as one may look. */
async function isThere(tree: ImageTree, path: string): Promise<boolean> {
  try {
    return (await resolveInImage(tree, path)).outcome === 'found';
  } catch (error) {
    if (error instanceof ImageError) return false;
    throw error;
  }
}

async function some(tree: ImageTree, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await isThere(tree, path)) return true;
  return false;
}

async function every(tree: ImageTree, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await isThere(tree, path))) return false;
  return true;
}

/** The directories of an extension that systemd merges. */
async function mergedIn(tree: ImageTree): Promise<readonly string[]> {
  const all = (await extensionHierarchies(tree)).map(name => `/${name}`);
  if (all.length === 0) throw new ImageError('unsupported', 'it is no extension: it has no extension-release.d in /usr/lib or /etc');
  return all;
}

async function placeOf(tree: ImageTree, path: string): Promise<Place> {
  const found = await resolveInImage(tree, path);
  return found.outcome === 'found' ? { path: found.path } : { missing: found.at };
}

/** One of the images cannot be read: its path as it was given, and why, as words that follow `it`. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
  readonly image: string;

  constructor(image: string, message: string, options: ErrorOptions) {
    super(message, options);
    this.image = image;
  }
}

async function naming<T>(image: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ImageError) throw new UnreadableImage(image, `it cannot be looked into: ${problemText(cause)}`, { cause });
    if (cause instanceof ImageChanged) throw new UnreadableImage(image, cause.message, { cause });
    throw cause;
  }
}
