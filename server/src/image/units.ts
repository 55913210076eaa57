import { imageSearchPath, type Manager } from '../unit/search-path.ts';
import { ImageError } from './image-error.ts';
import type { ImageTree } from './image-tree.ts';
import { resolveInImage } from './resolve.ts';

const attachedTypes: ReadonlySet<string> = new Set(['service', 'socket', 'target', 'timer', 'path']);
const unitName = /^[A-Za-z0-9:_.\\-][A-Za-z0-9:_.\\@-]*\.(service|socket|target|device|mount|automount|swap|timer|path|slice|scope)$/;
const maxUnitName = 255;
/** Units that are listed; beyond them an image is something else. */
const maxUnits = 10_000;

/** The type of a unit by its file name (`service`, `mount`, ...), undefined where that is no unit's name. Templates and instances are units. */
export function unitType(name: string): string | undefined {
  return name.length <= maxUnitName ? unitName.exec(name)?.[1] : undefined;
}

/** Whether portabled attaches units of this name at all: a valid name of one of its five types. */
export function isAttachable(name: string): boolean {
  return attachedTypes.has(unitType(name) ?? '');
}

/** Whether a unit's name matches a prefix as portabled sees it: it starts with it, and `-`, `.`, `@` or nothing follows. */
export function matchesPrefix(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && ['-', '.', '@', ''].includes(name.charAt(prefix.length));
}

/** A unit in an image. */
export interface FoundUnit {
  readonly name: string;
  /** Where it lies: the path of its directory, links resolved, and its name. */
  readonly path: string;
  /** The file that it is, or that it links to: a path inside the image without links. */
  readonly file: string;
}

/**
 * The units that portabled would find in an image, of all types and whatever the prefix, in order of name: on its search path, regular files
 * that are not empty, or links to such a file inside the image; of one name the first that is one. A user's portabled looks elsewhere. Throws ImageErrors of the tree.
 */
export async function unitsOf(tree: ImageTree, manager?: Manager): Promise<readonly FoundUnit[]> {
  const found = new Map<string, FoundUnit>();
  const seen = new Set<string>();
  for (const searched of imageSearchPath(manager)) {
    const directory = await resolveInImage(tree, searched);
    if (directory.outcome !== 'found' || directory.node.kind !== 'directory' || seen.has(directory.path)) continue;
    seen.add(directory.path); // /lib is often a link to /usr/lib
    for (const { name, kind } of await directory.node.list()) {
      // systemd passes over hidden files wherever it lists a directory
      if ((kind !== 'file' && kind !== 'link') || name.startsWith('.') || unitType(name) === undefined || found.has(name)) continue;
      const path = `${directory.path}/${name}`;
      const entry = await directory.node.lookup(name);
      const target = entry?.kind === 'link' ? await resolveInImage(tree, path) : entry && { outcome: 'found' as const, path, node: entry };
      if (target?.outcome !== 'found' || target.node.kind !== 'file' || target.node.size === 0) continue;
      if (found.size >= maxUnits) throw new ImageError('unsupported', `it has more than ${maxUnits} units`);
      found.set(name, { name, path, file: target.path });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
