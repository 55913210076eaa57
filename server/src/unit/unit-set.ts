/** The unit files of a tree or folder as a manager would find them: which files make up a unit, in which order (src/shared/dropin.c, unit-file.c). */
import { unitDirectory } from './search-path.ts';
import type { UnitTree } from './tree.ts';
import type { UnitFile, UnitKind } from './unit-file.ts';

/** A unit file or drop-in. */
export interface UnitSource {
  /** With `/` between its parts. */
  readonly path: string;
  readonly unit: UnitFile;
  /** Parses it, when asked for the first time. */
  readonly tree: () => UnitTree;
}

/** A unit with everything that configures it. */
export interface LoadedUnit {
  /** A template bears its own name here: `hello@.service`. */
  readonly name: string;
  readonly kind: UnitKind;
  /** The unit file, then its drop-ins in the order in which systemd reads them. */
  readonly sources: readonly [UnitSource, ...UnitSource[]];
}

/** What a set of unit files tells. */
export interface UnitSet {
  /** The units that a file is a part of; none for a file that is not in the set, or a drop-in whose unit is not there. */
  readonly unitsWith: (path: string) => readonly LoadedUnit[];
  /** All units that the manager of a file finds, in no order; the first of each name. The same list for all its files. */
  readonly around: (path: string) => readonly LoadedUnit[];
  /** The unit of that name, or its template, as the manager of a file finds it. */
  readonly find: (name: string, path: string) => LoadedUnit | undefined;
  /** Whether that manager knows the name: as a unit, a template of it, or a link. */
  readonly knows: (name: string, path: string) => boolean;
  /** Whether the file lies on a search path, below a root: then the set is a tree and not just a folder. */
  readonly isTree: (path: string) => boolean;
}

interface Ranked {
  readonly source: UnitSource;
  readonly rank: number;
}

/** What one manager finds. */
interface Manager {
  readonly fragments: Map<string, Ranked[]>;
  /** By the name of the folder, without `.d`. */
  readonly dropIns: Map<string, Ranked[]>;
  readonly links: Set<string>;
  readonly loaded: Map<string, LoadedUnit>;
  /** All of them, once somebody asked. */
  all?: readonly LoadedUnit[];
}

/** Whose directory it is. */
interface Place {
  readonly known: Manager;
  readonly rank: number;
  /** It lies on a search path, below a root. */
  readonly tree: boolean;
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank;

/** The template that a name is an instance of: `a@.service` for `a@b.service`. */
export function templateOf(name: string): string | undefined {
  const at = name.indexOf('@');
  const dot = name.lastIndexOf('.');
  return at > 0 && dot > at + 1 ? name.slice(0, at + 1) + name.slice(dot) : undefined;
}

/** The drop-in folders of a unit, nearest first, without `.d`: its own, its template's, those of its prefixes. The type's is not among them. */
export function dropInFolders(name: string): readonly string[] {
  const dot = name.lastIndexOf('.');
  const suffix = name.slice(dot);
  const template = templateOf(name);
  const folders = template === undefined ? [name] : [name, template];
  let [prefix = ''] = name.slice(0, dot).split('@', 1);
  for (;;) {
    const dash = prefix.replace(/-+$/, '').lastIndexOf('-');
    if (dash <= 0) return folders;
    prefix = prefix.slice(0, dash + 1);
    folders.push(prefix + suffix);
  }
}

/** Groups unit files by manager; `links` are the paths of links that name units, such as aliases. */
export function unitSet(sources: Iterable<UnitSource>, links: Iterable<string> = []): UnitSet {
  const managers = new Map<string, Manager>();
  const places = new Map<string, Place>();
  const managerOf = (directory: string): Place => {
    const place = places.get(directory);
    if (place) return place;
    const { manager, rank, root } = unitDirectory(directory);
    let known = managers.get(manager);
    known ??= { fragments: new Map(), dropIns: new Map(), links: new Set(), loaded: new Map() };
    managers.set(manager, known);
    const made = { known, rank, tree: root !== undefined };
    places.set(directory, made);
    return made;
  };
  const add = (table: Map<string, Ranked[]>, key: string, entry: Ranked) => {
    const list = table.get(key);
    if (list) list.push(entry);
    else table.set(key, [entry]);
  };
  const placeOf = (path: string, role: UnitFile['role']) => managerOf(role === 'drop-in' ? parentOf(parentOf(path)) : parentOf(path));

  const byPath = new Map<string, UnitSource>();
  for (const source of sources) {
    const { path, unit } = source;
    byPath.set(path, source);
    if (unit.role === 'profile') continue;
    const { known, rank } = placeOf(path, unit.role);
    if (unit.role === 'drop-in') add(known.dropIns, baseOf(parentOf(path)).slice(0, -'.d'.length), { source, rank });
    else if (unit.name !== undefined) add(known.fragments, unit.name, { source, rank });
  }
  for (const path of links) managerOf(parentOf(path)).known.links.add(baseOf(path));
  for (const { fragments, dropIns } of managers.values()) {
    for (const list of [...fragments.values(), ...dropIns.values()]) list.sort(byRank);
  }

  function load(name: string, fragment: UnitSource, { dropIns, loaded }: Manager): LoadedUnit | undefined {
    const { kind } = fragment.unit;
    if (!kind) return undefined;
    const key = `${name} ${fragment.path}`;
    const known = loaded.get(key);
    if (known) return known;
    const own = dropInFolders(name).flatMap((folder, nearness) => (dropIns.get(folder) ?? []).map(entry => ({ ...entry, nearness })));
    own.sort((a, b) => a.rank - b.rank || a.nearness - b.nearness);
    const chosen = new Map<string, UnitSource>();
    for (const { source } of [...own, ...(dropIns.get(kind) ?? [])]) {
      const base = baseOf(source.path);
      if (!chosen.has(base)) chosen.set(base, source);
    }
    const ordered = [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
    const unit: LoadedUnit = { name, kind, sources: [fragment, ...ordered] };
    loaded.set(key, unit);
    return unit;
  }
  const first = (name: string, { fragments }: Manager) => fragments.get(name)?.[0]?.source;
  function findIn(name: string, known: Manager): LoadedUnit | undefined {
    const template = templateOf(name);
    const fragment = first(name, known) ?? (template === undefined ? undefined : first(template, known));
    return fragment && load(name, fragment, known);
  }
  const fileAt = (path: string) => {
    const dropIn = baseOf(parentOf(path)).endsWith('.d');
    return { dropIn, ...placeOf(path, dropIn ? 'drop-in' : 'unit') };
  };

  return {
    unitsWith(path) {
      const source = byPath.get(path);
      const { dropIn, known } = fileAt(path);
      if (!source) return [];
      if (!dropIn) {
        const unit = source.unit.name === undefined ? undefined : load(source.unit.name, source, known);
        return unit ? [unit] : [];
      }
      const folder = baseOf(parentOf(path)).slice(0, -'.d'.length);
      const named = findIn(folder, known);
      const names = named ? [] : [...known.fragments.keys()].filter(n => n.endsWith(`.${folder}`) || dropInFolders(n).includes(folder));
      const units = named ? [named] : names.map(name => findIn(name, known));
      return units.filter(unit => unit !== undefined).filter(({ sources }) => sources.some(s => s.path === path));
    },
    around(path) {
      const { known } = fileAt(path);
      known.all ??= [...known.fragments.keys()].map(name => findIn(name, known)).filter(unit => unit !== undefined);
      return known.all;
    },
    find: (name, path) => findIn(name, fileAt(path).known),
    knows(name, path) {
      const { known } = fileAt(path);
      const template = templateOf(name);
      const names = template === undefined ? [name] : [name, template];
      return names.some(n => known.fragments.has(n) || known.links.has(n));
    },
    isTree: path => fileAt(path).tree,
  };
}
