import type { ImageKind } from '../protocol.ts';
import { type FileAccess, openDirectory } from './directory-tree.ts';
import { isUtf8Name } from './entry-name.ts';
import { ImageError } from './image-error.ts';
import type { DirectoryEntry, ImageTree } from './image-tree.ts';
import { isRawName } from './names.ts';
import { resolveInImage } from './resolve.ts';
import { releaseFiles, unitDirectories } from './tree-root.ts';

/** An image's place. */
export interface ImagePlace {
  readonly path: string;
  readonly kind: ImageKind;
}

/** How far the search goes. */
export interface SearchLimits {
  /** Levels of directories below a folder. */
  readonly depth: number;
  readonly directories: number;
  readonly images: number;
  /** Asked before each directory: true ends the search with what was found. */
  readonly expired: () => boolean;
}

const skipped: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', '.cache', '__pycache__']);
/** An image tree has one of these at its top; other directories are not looked into any closer. */
const topNames: ReadonlySet<string> = new Set(unitDirectories.map(directory => directory.split('/', 1)[0] ?? ''));

/**
 * Finds the images below some folders, the folders themselves included: image trees, which are not searched any further, `*.raw` files, and
 * directories that may not be read, which could be images (describing them says so). Links are not followed, but for a `*.raw` that leads to a
 * file in the same folder. Nearer ones come first; the machine's own root is no image.
 */
export async function findImagePlaces(folders: readonly string[], files: FileAccess, limits: SearchLimits): Promise<readonly ImagePlace[]> {
  const found = new Map<string, ImagePlace>();
  const visited = new Set<string>();
  const queue = folders.map(folder => folder.replace(/(?<=.)\/+$/, '')).map(folder => ({ path: folder, folder, depth: 0 }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (limits.expired() || visited.size >= limits.directories || found.size >= limits.images) break;
    const { path, folder, depth } = next;
    if (visited.has(path)) continue;
    visited.add(path);
    const entries = await listDirectory(files, path);
    if (entries === 'gone') continue;
    if (entries === 'denied' || (path !== '/' && (await isImageTree(files, path, entries)))) {
      found.set(path, { path, kind: 'directory' });
      continue;
    }
    for (const { name, kind } of entries) {
      if (!isUtf8Name(name)) continue;
      const below = `${path === '/' ? '' : path}/${name}`;
      if (kind === 'directory' && depth < limits.depth && !skipped.has(name)) queue.push({ path: below, folder, depth: depth + 1 });
      if (isRawName(name) && (kind === 'file' || (kind === 'link' && (await leadsWithin(files, below, folder)))))
        found.set(below, { path: below, kind: 'raw' });
    }
  }
  return [...found.values()].slice(0, limits.images);
}

async function listDirectory(files: FileAccess, path: string): Promise<Iterable<DirectoryEntry> | 'denied' | 'gone'> {
  try {
    return await files.list(path);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.kind === 'denied' ? 'denied' : 'gone';
  }
}

/** Whether a directory is an image's root: design "Where an image tree begins". */
async function isImageTree(files: FileAccess, path: string, entries: Iterable<DirectoryEntry>): Promise<boolean> {
  let hasTop = false;
  for (const { name } of entries) hasTop ||= topNames.has(name);
  if (!hasTop) return false;
  try {
    const tree = await openDirectory(files, path);
    return (await holds(tree, releaseFiles, 'file')) || (await holds(tree, unitDirectories, 'directory'));
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.kind === 'denied'; // usr or etc is there and closed to us: an image, most likely
  }
}

async function holds(tree: ImageTree, paths: readonly string[], kind: 'file' | 'directory'): Promise<boolean> {
  for (const path of paths) {
    const found = await resolveInImage(tree, path);
    if (found.outcome === 'found' && found.node.kind === kind) return true;
  }
  return false;
}

/** Whether a link leads to a regular file below a folder. */
async function leadsWithin(files: FileAccess, link: string, folder: string): Promise<boolean> {
  try {
    const [target, root] = await Promise.all([files.realpath(link), files.realpath(folder)]);
    if (target === undefined || root === undefined) return false;
    return target.startsWith(root === '/' ? root : `${root}/`) && (await files.stat(target))?.kind === 'file';
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return false;
  }
}
