/** The unit files around one on this machine's disk: all that its manager would find in the same tree, or in the same folder. */
import { type Dirent, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { decodeName } from '../../image/entry-name.ts';
import { parseBytes } from '../../unit/parse-bytes.ts';
import { managerDirectories } from '../../unit/search-path.ts';
import type { UnitTree } from '../../unit/tree.ts';
import { countsAsLink, type UnitFile, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitLink } from '../../unit/unit-set.ts';
import { nodePath, readUnitFile } from './read-unit-file.ts';

/** More files than this are no folder of units. */
const most = 10_000;

/** A path as unit sets know it. */
export const slashed = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/** Names of unit files, drop-ins and links; the paths as unit sets know them. */
export interface UnitNames {
  readonly files: readonly { readonly path: string; readonly unit: UnitFile }[];
  readonly links: readonly UnitLink[];
}

/** The names around a file, its own among them if it is there. Links are never followed. Never throws. */
export function unitsAround(path: string): UnitNames {
  const files: { path: string; unit: UnitFile }[] = [];
  const links: UnitLink[] = [];
  const { root = '', directories } = managerDirectories(slashed(path));
  for (const directory of directories) {
    if (staysInside(root, directory)) look(directory, true);
  }
  return { files, links };

  function look(directory: string, deeper: boolean) {
    for (const entry of list(directory)) {
      if (files.length >= most) return;
      const below = `${directory}/${decodeName(entry.name)}`;
      const unit = unitFileOf(below);
      if (entry.isFile() && unit) files.push({ path: below, unit });
      else if (entry.isSymbolicLink() && countsAsLink(unit)) links.push({ path: below, target: linkAt(below) });
      else if (deeper && entry.isDirectory() && below.endsWith('.d')) look(below, false);
    }
  }
}

/** Whether a directory of units may have drop-ins in it. Never throws. */
export function hasDropIns(directory: string): boolean {
  try {
    // most directories of the search path are not there, and an exception takes longer than to ask
    if (!statSync(nodePath(directory), { throwIfNoEntry: false })) return false;
    return readdirSync(nodePath(directory), 'latin1').some(name => name.endsWith('.d'));
  } catch {
    return false;
  }
}

/** What a link points to, as it is written there; nothing where it cannot be read. */
export function linkAt(path: string): string {
  try {
    return decodeName(readlinkSync(nodePath(path), { encoding: 'buffer' }));
  } catch {
    return ''; // gone
  }
}

/** A unit file of the disk, parsed; an empty one where it cannot be read. */
export function treeAt(path: string): UnitTree {
  const read = readUnitFile(path);
  return parseBytes(read.kind === 'bytes' ? read.bytes : new Uint8Array()).tree;
}

function list(directory: string): readonly Dirent<Buffer>[] {
  try {
    return readdirSync(nodePath(directory), { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return []; // most of the search path is not there
  }
}

/** Whether no link below the tree's root leads elsewhere, as an absolute one in an image would. */
function staysInside(root: string, directory: string): boolean {
  try {
    return (
      root === '' || realpathSync(nodePath(directory)) === realpathSync(nodePath(root)) + directory.slice(root.length).replaceAll('/', sep)
    );
  } catch {
    return false;
  }
}
