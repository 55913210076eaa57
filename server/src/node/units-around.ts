/** The unit files around one on this machine's disk: all that its manager would find in the same tree, or in the same folder. */
import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { decodeName } from '../image/entry-name.ts';
import { parseUnit } from '../unit/parse.ts';
import { managerDirectories } from '../unit/search-path.ts';
import type { UnitTree } from '../unit/tree.ts';
import { unitFileOf } from '../unit/unit-file.ts';
import { type UnitSet, type UnitSource, unitSet } from '../unit/unit-set.ts';
import { nodePath, readUnitFile } from './read-unit-file.ts';

/** More files than this are no folder of units. */
const most = 10_000;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A path as unit sets know it. */
export const slashed = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/** The units around a file. Their names are read now, the files when they are asked for. Links are never followed. Never throws. */
export function unitsAround(path: string): UnitSet {
  const sources: UnitSource[] = [];
  const links: string[] = [];
  const { root = '', directories } = managerDirectories(slashed(path));
  for (const directory of directories) {
    if (staysInside(root, directory)) look(directory, true);
  }
  return unitSet(sources, links);

  function look(directory: string, deeper: boolean) {
    for (const entry of list(directory)) {
      if (sources.length >= most) return;
      const below = `${directory}/${decodeName(entry.name)}`;
      const unit = unitFileOf(below);
      if (entry.isFile() && unit) sources.push({ path: below, unit, tree: lazily(below) });
      else if (entry.isSymbolicLink() && unit?.role === 'unit') links.push(below);
      else if (deeper && entry.isDirectory() && below.endsWith('.d')) look(below, false);
    }
  }
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

function lazily(path: string): () => UnitTree {
  let tree: UnitTree | undefined;
  return () => {
    if (!tree) {
      const read = readUnitFile(path);
      tree = parseUnit(read.kind === 'bytes' ? decoder.decode(read.bytes) : '');
    }
    return tree;
  };
}
