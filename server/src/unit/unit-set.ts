/** The unit files of a tree or folder as a manager would find them: which files make up a unit, in which order (src/shared/dropin.c, unit-file.c). */
import { baseOf, parentOf } from './path-parts.ts';
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
  /** Another value once `tree` may give another one; absent for what never changes. Costs nothing. */
  readonly revision?: () => unknown;
  /** Nobody asked about this file: it only completes the units of others. */
  readonly beside?: true;
}

/** A link that bears the name of a unit, or of a drop-in. */
export interface UnitLink {
  readonly path: string;
  /** What it points to, as it is written there. */
  readonly target: string;
}

/** Whether a link takes a drop-in out, and all of its name in directories that are read later. What other drop-ins lead to is not looked at. */
const leadsNowhere = ({ target }: UnitLink): boolean => /^(\/|(\.\.\/)+)dev\/null$/.test(target);

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
  /** All units that the manager of a file finds, in no order; the first of each name, but none that is only beside. The same list for all its files. */
  readonly around: (path: string) => readonly LoadedUnit[];
  /** The names of all unit files that it finds. The same list for all its files. */
  readonly names: (path: string) => readonly string[];
  /** The unit of that name, or its template, as the manager of a file finds it. */
  readonly find: (name: string, path: string) => LoadedUnit | undefined;
  /** The names of the links that lead to a unit, as the manager of a file finds them. */
  readonly linksTo: (name: string, path: string) => readonly string[];
  /** Whether that manager knows the name: as a unit, a template of it, or a link. */
  readonly knows: (name: string, path: string) => boolean;
  /** Whether the file lies on a search path, below a root: then the set is a tree and not just a folder. */
  readonly isTree: (path: string) => boolean;
}

interface Ranked {
  readonly path: string;
  /** Absent for a drop-in that is masked. */
  readonly source?: UnitSource;
  readonly rank: number;
}

/** Names of units, by files and by links. */
interface Names {
  readonly files: ReadonlySet<string>;
  readonly list: readonly string[];
  readonly links: ReadonlySet<string>;
}

/** What one manager finds. */
interface Manager {
  readonly fragments: Map<string, Ranked[]>;
  /** By the name of the folder, without `.d`. */
  readonly dropIns: Map<string, Ranked[]>;
  /** From the name of a link to the name that it points to; the link itself where it points to no unit of this manager. */
  readonly links: Map<string, string>;
  /** From a name to those of the links that lead to it; made when somebody asks. */
  aliases?: ReadonlyMap<string, readonly string[]>;
  readonly loaded: Map<string, LoadedUnit>;
  /** All of them, once somebody asked. */
  all?: readonly LoadedUnit[];
  names?: Names;
}

/** Whose directory it is. */
interface Place {
  readonly known: Manager;
  readonly rank: number;
  /** It lies on a search path, below a root. */
  readonly tree: boolean;
}

const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank;

/** The template that a name is an instance of: `a@.service` for `a@b.service`. */
export function templateOf(name: string): string | undefined {
  const at = name.indexOf('@');
  const dot = name.lastIndexOf('.');
  return at > 0 && dot > at + 1 ? name.slice(0, at + 1) + name.slice(dot) : undefined;
}

/**
 * The drop-in folders of a unit, nearest first, without `.d`: its own, its template's, those of its prefixes, and those again with its instance and
 * as templates (unit_file_find_dirs in src/shared/dropin.c; order seen on 252 to 262). The type's is not among them.
 */
export function dropInFolders(name: string): readonly string[] {
  const dot = name.lastIndexOf('.');
  const suffix = name.slice(dot);
  const template = templateOf(name);
  const folders = template === undefined ? [name] : [name, template];
  const at = name.indexOf('@');
  const prefixes = prefixesOf(at < 0 ? name.slice(0, dot) : name.slice(0, at));
  folders.push(...prefixes.map(prefix => prefix + suffix));
  if (at < 0) return folders;
  const instance = name.slice(at, dot);
  const forms = template === undefined ? ['@'] : [instance, '@'];
  return [...folders, ...prefixes.flatMap(prefix => forms.map(form => prefix + form + suffix))];
}

/** What the names of other units have in common with one, longest first: `a-b-` and `a-` of `a-b-c`, each dash of several in turn. */
function prefixesOf(text: string): readonly string[] {
  const prefixes: string[] = [];
  let prefix = text;
  for (;;) {
    const dash = prefix.lastIndexOf('-', prefix.length - 2);
    if (dash <= 0 || prefix.length < 2) return prefixes;
    prefix = prefix.slice(0, dash + 1);
    prefixes.push(prefix);
  }
}

/** An instance of a template: `a@b.service` for `a@.service` and `b`. */
const instanceOf = (template: string, name: string): string =>
  template.replace('@.', `${name.slice(name.indexOf('@'), name.lastIndexOf('.'))}.`);

/** Links in a row that systemd follows. */
const mostLinks = 8;

/** Where a name comes to over links; undefined where that is no unit file. */
function resolved(name: string, { links, fragments }: Manager): string | undefined {
  let at = name;
  for (let step = 0; step < mostLinks; step++) {
    if (fragments.has(at)) return at;
    const next = links.get(at);
    if (next === undefined || next === at) return undefined;
    at = next;
  }
  return undefined;
}

/** The other names that a unit has by links, and by links to its template (unit_file_build_name_map in src/shared/unit-file.c). */
function aliasesOf(name: string, manager: Manager): readonly string[] {
  if (manager.links.size === 0) return [];
  if (!manager.aliases) {
    const aliases = new Map<string, string[]>();
    for (const link of manager.links.keys()) {
      const unit = manager.fragments.has(link) ? undefined : resolved(link, manager);
      if (unit !== undefined) aliases.set(unit, [...(aliases.get(unit) ?? []), link]);
    }
    manager.aliases = aliases;
  }
  const own = manager.aliases.get(name) ?? [];
  if (name.includes('@.')) return own.filter(alias => alias.includes('@.'));
  const template = templateOf(name);
  if (template === undefined) return own;
  const ofTemplate = (manager.aliases.get(template) ?? []).map(alias => (alias.includes('@.') ? instanceOf(alias, name) : alias));
  return [...own, ...ofTemplate.filter(alias => alias.slice(alias.indexOf('@')) === name.slice(name.indexOf('@')))];
}

/** The name that a link gives to a unit of the same manager, as far as it may: of one type, and with or without an instance like it. */
function linkTarget({ path, target }: UnitLink, group: string): string | undefined {
  const name = baseOf(path);
  const other = baseOf(target);
  const suffix = name.slice(name.lastIndexOf('.'));
  if (!other.endsWith(suffix) || (name.includes('@') !== other.includes('@') && other !== name)) return undefined;
  if (!target.includes('/')) return other;
  const parts: string[] = [];
  for (const part of (target.startsWith('/') ? target : `${parentOf(path)}/${target}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const directory = unitDirectory(parts.slice(0, -1).join('/'));
  // an absolute link of an image is meant inside it
  return directory.group === group || (target.startsWith('/') && directory.root !== undefined) ? other : undefined;
}

/** Names that a set knows without the files. */
export interface MoreNames {
  readonly paths: readonly string[];
  readonly links: readonly UnitLink[];
}

/**
 * Groups unit files by manager; `links` are the links that name units, such as aliases. `more` gives further names around a file, of units
 * that nothing but their names is asked of; it is called when somebody asks for names.
 */
export function unitSet(
  sources: Iterable<UnitSource>,
  links: Iterable<UnitLink> = [],
  more: (path: string) => MoreNames | undefined = () => undefined,
): UnitSet {
  const managers = new Map<string, Manager>();
  const places = new Map<string, Place>();
  const managerOf = (directory: string): Place => {
    const place = places.get(directory);
    if (place) return place;
    const { group, rank, root } = unitDirectory(directory);
    let known = managers.get(group);
    known ??= { fragments: new Map(), dropIns: new Map(), links: new Map(), loaded: new Map() };
    managers.set(group, known);
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
    // what `systemctl edit` is still writing is no part of any unit yet
    if (unit.role === 'profile' || baseOf(path).startsWith('.#')) continue;
    const { known, rank } = placeOf(path, unit.role);
    if (unit.role === 'drop-in') add(known.dropIns, baseOf(parentOf(path)).slice(0, -'.d'.length), { path, source, rank });
    else if (unit.name !== undefined) add(known.fragments, unit.name, { path, source, rank });
  }
  for (const link of links) {
    const directory = parentOf(link.path);
    const name = baseOf(link.path);
    if (directory.endsWith('.d')) {
      const { known, rank } = placeOf(link.path, 'drop-in');
      if (leadsNowhere(link)) add(known.dropIns, baseOf(directory).slice(0, -'.d'.length), { path: link.path, rank });
      continue;
    }
    managerOf(directory).known.links.set(name, linkTarget(link, unitDirectory(directory).group) ?? name);
  }
  for (const { fragments, dropIns } of managers.values()) {
    for (const list of [...fragments.values(), ...dropIns.values()]) list.sort(byRank);
  }

  function load(name: string, fragment: UnitSource, manager: Manager): LoadedUnit | undefined {
    const { dropIns, loaded } = manager;
    const { kind } = fragment.unit;
    if (!kind) return undefined;
    const key = `${name} ${fragment.path}`;
    const known = loaded.get(key);
    if (known) return known;
    const chosen = new Map<string, UnitSource | undefined>();
    const choose = (list: readonly Ranked[]) => {
      for (const { path, source } of list) if (!chosen.has(baseOf(path))) chosen.set(baseOf(path), source);
    };
    if (dropIns.size > 0) {
      choose(inFolders(dropInFolders(name), dropIns));
      choose(inFolders(aliasesOf(name, manager).flatMap(dropInFolders), dropIns));
      choose(dropIns.get(kind) ?? []);
    }
    const ordered = [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, source]) => source ?? []);
    const unit: LoadedUnit = { name, kind, sources: [fragment, ...ordered] };
    loaded.set(key, unit);
    return unit;
  }
  const inFolders = (folders: readonly string[], dropIns: Manager['dropIns']): readonly Ranked[] =>
    folders
      .flatMap((folder, nearness) => (dropIns.get(folder) ?? []).map(entry => ({ ...entry, nearness })))
      .sort((a, b) => a.rank - b.rank || a.nearness - b.nearness);
  const first = (name: string, { fragments }: Manager) => fragments.get(name)?.[0]?.source;
  function findIn(name: string, known: Manager): LoadedUnit | undefined {
    const own = resolved(name, known);
    const template = own === undefined ? templateOf(name) : undefined;
    const from = own ?? (template === undefined ? undefined : resolved(template, known));
    const fragment = from === undefined ? undefined : first(from, known);
    // by a link, an instance may come to a template of another name
    const isInstance = from !== undefined && templateOf(name) !== undefined && from.includes('@.');
    return fragment && load(isInstance ? instanceOf(from, name) : (own ?? name), fragment, known);
  }
  /** Whether a unit reads the drop-ins of a folder that is not its own. */
  const reads = (name: string, folder: string, known: Manager) =>
    name.endsWith(`.${folder}`) || [name, ...aliasesOf(name, known)].some(one => dropInFolders(one).includes(folder));
  const fileAt = (path: string) => {
    const dropIn = baseOf(parentOf(path)).endsWith('.d');
    return { dropIn, ...placeOf(path, dropIn ? 'drop-in' : 'unit') };
  };

  function namesAround(path: string): Names {
    const { known } = fileAt(path);
    if (known.names) return known.names;
    const further = more(path);
    const isUnit = (other: string) => !baseOf(parentOf(other)).endsWith('.d');
    const files = new Set([...known.fragments.keys(), ...(further?.paths.filter(isUnit).map(baseOf) ?? [])]);
    const names = {
      files,
      list: [...files],
      links: new Set([...known.links.keys(), ...(further?.links.map(link => baseOf(link.path)) ?? [])]),
    };
    known.names = names;
    return names;
  }

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
      const names = named ? [] : [...known.fragments.keys()].filter(name => reads(name, folder, known));
      const units = named ? [named] : names.map(name => findIn(name, known));
      return units.filter(unit => unit !== undefined).filter(({ sources }) => sources.some(s => s.path === path));
    },
    around(path) {
      const { known } = fileAt(path);
      known.all ??= [...known.fragments.keys()].flatMap(name => {
        const unit = findIn(name, known);
        return unit && !unit.sources[0].beside ? [unit] : [];
      });
      return known.all;
    },
    names: path => namesAround(path).list,
    find: (name, path) => findIn(name, fileAt(path).known),
    linksTo: (name, path) => aliasesOf(name, fileAt(path).known),
    knows(name, path) {
      const { files, links: linked } = namesAround(path);
      const template = templateOf(name);
      const names = template === undefined ? [name] : [name, template];
      return names.some(n => files.has(n) || linked.has(n));
    },
    isTree: path => fileAt(path).tree,
  };
}
