/** The unit files around open documents: those on disk, and in their place what an editor shows. A folder or tree is looked at once. */
import { parentOf } from '../../unit/path-parts.ts';
import { unitDirectory } from '../../unit/search-path.ts';
import type { UnitTree } from '../../unit/tree.ts';
import { type UnitFile, unitFileOf } from '../../unit/unit-file.ts';
import { type UnitLink, type UnitSet, type UnitSource, unitSet } from '../../unit/unit-set.ts';
import type { UnitNames } from './units-around.ts';

/** What it needs of the disk; `slashed` paths. */
export interface UnitDisk {
  readonly unitsAround: (path: string) => UnitNames;
  readonly treeAt: (path: string) => UnitTree;
  /** Reads what both tell of, where that takes time. Returns whether it did. */
  readonly prepare?: (path: string) => Promise<boolean>;
}

/** Open documents by their path. */
export interface OpenUnits {
  /** A document as it is parsed now; undefined where none is open. */
  readonly treeOf: (path: string) => UnitTree | undefined;
  readonly paths: () => Iterable<string>;
}

/** The folders and trees of open documents. */
export interface Neighbourhoods {
  /** The units around a file. The same object until a unit file comes or goes. */
  readonly around: (path: string) => UnitSet;
  /** A file was written: its text is read again. */
  readonly written: (path: string) => void;
  /** Files may have come or gone around a path. */
  readonly moved: (path: string) => void;
  /** Both may have happened to any file around a path. */
  readonly unsure: (path: string) => void;
  /** The units around a file are not needed any more. */
  readonly forget: (path: string) => void;
}

/** A file of a neighbourhood; its text on disk is read when somebody needs it. */
interface Neighbour extends UnitSource {
  readonly reread: () => void;
}

interface Neighbourhood {
  readonly set: UnitSet;
  readonly neighbours: ReadonlyMap<string, Neighbour>;
  readonly links: readonly UnitLink[];
}

/** What the paths of one folder or tree have in common. */
export function neighbourhoodOf(path: string): string {
  const parent = parentOf(path);
  return unitDirectory(parent.endsWith('.d') ? parentOf(parent) : parent).group;
}

/** Looks at the disk when it has to. */
export function neighbourhoods(disk: UnitDisk, open: OpenUnits): Neighbourhoods {
  const known = new Map<string, Neighbourhood>();

  function neighbour(path: string, unit: UnitFile): Neighbour {
    let onDisk: UnitTree | undefined;
    let revision: object = {};
    return {
      path,
      unit,
      tree() {
        const shown = open.treeOf(path);
        if (shown) return shown;
        onDisk ??= disk.treeAt(path);
        return onDisk;
      },
      revision: () => open.treeOf(path) ?? revision,
      reread() {
        onDisk = undefined;
        revision = {};
      },
    };
  }

  function look(key: string, path: string, before?: Neighbourhood): Neighbourhood {
    const { files, links } = disk.unitsAround(path);
    const units = new Map(files.map(file => [file.path, file.unit]));
    for (const shown of open.paths()) {
      const unit = neighbourhoodOf(shown) === key && !units.has(shown) ? unitFileOf(shown) : undefined;
      if (unit) units.set(shown, unit);
    }
    if (before && sameNames(before, units, links)) return before;
    const neighbours = new Map([...units].map(([name, unit]) => [name, before?.neighbours.get(name) ?? neighbour(name, unit)]));
    return { set: unitSet(neighbours.values(), links), neighbours, links };
  }

  function lookAgain(path: string) {
    const key = neighbourhoodOf(path);
    const before = known.get(key);
    if (before) known.set(key, look(key, path, before));
  }

  return {
    around(path) {
      const key = neighbourhoodOf(path);
      let found = known.get(key);
      if (!found || (!found.neighbours.has(path) && unitFileOf(path))) {
        found = look(key, path, found);
        known.set(key, found);
      }
      return found.set;
    },
    written(path) {
      known.get(neighbourhoodOf(path))?.neighbours.get(path)?.reread();
    },
    moved: lookAgain,
    unsure(path) {
      for (const { reread } of known.get(neighbourhoodOf(path))?.neighbours.values() ?? []) reread();
      lookAgain(path);
    },
    forget(path) {
      known.delete(neighbourhoodOf(path));
    },
  };
}

function sameNames({ neighbours, links }: Neighbourhood, units: ReadonlyMap<string, UnitFile>, newLinks: readonly UnitLink[]): boolean {
  return (
    neighbours.size === units.size &&
    [...units.keys()].every(path => neighbours.has(path)) &&
    links.length === newLinks.length &&
    links.every(({ path, target }, n) => path === newLinks[n]?.path && target === newLinks[n]?.target)
  );
}
