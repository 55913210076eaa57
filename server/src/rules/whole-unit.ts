/** A unit with its drop-ins as systemd has it once all its files are read: the settings that count, and where they stand. */
import { grammarFor } from '../catalogue/grammars/index.ts';
import { hasPlaceholder, hasStatements } from '../unit/placeholders.ts';
import type { LineSpan, Span, UnitTree } from '../unit/tree.ts';
import { sectionsByKind, type UnitFile, type UnitKind } from '../unit/unit-file.ts';
import type { LoadedUnit, UnitSource } from '../unit/unit-set.ts';
import { placeIn } from './place.ts';
import { readingOf } from './reading.ts';
import type { JudgedAssignment, Related, Remedy, Subject, Target } from './rule.ts';

/** An assignment of a unit and the file that it stands in. */
export interface Setting {
  readonly tree: UnitTree;
  readonly unit: UnitFile;
  readonly judged: JudgedAssignment;
  readonly value: string;
  /** Its place among all assignments of the unit. */
  readonly order: number;
}

/** What a rule says about a unit, and where: a setting, or the unit file as such. */
export interface WholeReport {
  readonly at: Setting | 'unit';
  /** The section whose header stands for the unit; the one of its type when absent. */
  readonly section?: string;
  /** The part of the value that is wrong; the whole value when absent. */
  readonly part?: Span;
  readonly message: string;
  readonly related?: readonly Related[];
  readonly remedies?: readonly Remedy[];
}

/** A loaded unit. */
export interface WholeUnit {
  /** Absent where the file's name does not tell. */
  readonly name?: string;
  readonly kind: UnitKind;
  readonly systemd: number;
  /** The unit file itself. */
  readonly fragment: UnitTree;
  /** There is nothing but that file: no drop-ins. */
  readonly bare: boolean;
  /** Whether there is an assignment to a key, in any section. */
  readonly sets: (key: string) => boolean;
  /** The assignment that decides a setting of one value: the last that is not ignored; none where that one restores the default. */
  readonly one: (key: string, section?: string) => Setting | undefined;
  /** The assignments to some keys that add up, in order: all that are not ignored since the last empty one. */
  readonly all: (keys: readonly string[], section?: string) => readonly Setting[];
  /** The empty assignment by which these were last emptied. */
  readonly emptied: (keys: readonly string[], section?: string) => Setting | undefined;
}

const none: readonly Setting[] = [];

/** Keys whose value does not change what the unit as a whole is. */
const incidental = /^(Exec|Environment|Description$|Documentation$)/;

/** What a unit is called, and its own file. */
type Identity = Pick<WholeUnit, 'name' | 'kind' | 'systemd' | 'fragment'>;
type Settings = ReadonlyMap<string, readonly Setting[]>;

/** Reads a unit with its drop-ins; undefined where its own file is masked, refused, or a template whose conditions decide what it is. */
export function wholeUnit(
  { name, kind, sources }: Pick<LoadedUnit, 'kind' | 'sources'> & { readonly name?: string },
  target: Target,
): WholeUnit | undefined {
  const [first, ...others] = sources;
  const fragment = first.tree();
  if (fragment.text === '') return undefined;
  const { stops } = readingOf({ tree: fragment, unit: first.unit, target });
  const settings = stops ? undefined : settingsOf(sources, target);
  const identity = { ...(name !== undefined && { name }), kind, systemd: target.systemd, fragment };
  return settings && { ...unitWith(identity, settings), bare: others.length === 0 };
}

/**
 * Drop-ins as a unit by themselves, to be laid over the units that get them (`withDropIns`): read once, however many these are. `fragment` is the
 * first of them; undefined where there is none, or it has conditions of a template.
 */
export function dropInsAlone(kind: UnitKind, sources: readonly UnitSource[], target: Target): WholeUnit | undefined {
  const [first] = sources;
  const settings = first && settingsOf(sources, target);
  return settings && { ...unitWith({ kind, systemd: target.systemd, fragment: first.tree() }, settings), bare: false };
}

/** A unit with drop-ins that come after all of its own files. */
export function withDropIns(unit: WholeUnit, dropIns: WholeUnit): WholeUnit {
  const { name, kind, systemd, fragment } = unit;
  return {
    ...(name !== undefined && { name }),
    ...{ kind, systemd, fragment, bare: false },
    sets: key => unit.sets(key) || dropIns.sets(key),
    one(key, section) {
      const later = dropIns.sets(key) ? (dropIns.one(key, section) ?? dropIns.emptied([key], section)) : undefined;
      return later ? dropIns.one(key, section) : unit.one(key, section);
    },
    all(keys, section) {
      if (!keys.some(dropIns.sets)) return unit.all(keys, section);
      const later = dropIns.all(keys, section);
      if (dropIns.emptied(keys, section)) return later;
      const own = unit.all(keys, section);
      return later.length === 0 ? own : own.length === 0 ? later : [...own, ...later];
    },
    emptied: (keys, section) => dropIns.emptied(keys, section) ?? unit.emptied(keys, section),
  };
}

/** The assignments of files that count, by their keys; undefined where conditions of a template decide that. */
function settingsOf(sources: readonly UnitSource[], target: Target): Settings | undefined {
  const settings = new Map<string, Setting[]>();
  let order = 0;
  for (const { tree: treeOf, unit } of sources) {
    const tree = treeOf();
    if (unit.placeholders && hasStatements(tree.text)) return undefined;
    for (const judged of readingOf({ tree, unit, target }).assignments) {
      const { assignment, standing, faults, parts } = judged;
      if (standing !== 'known' || faults.some(f => f.outcome === 'refused')) continue;
      // of a list, the words count that are not passed over, and those before where its reading ends
      if (parts.length === 0 && faults.some(f => f.outcome === 'ignored' || f.outcome === 'skipped')) continue;
      const { key, value } = assignment;
      if (unit.placeholders && hasPlaceholder(value) && !incidental.test(key.text)) return undefined;
      const list = settings.get(key.text);
      const setting = { tree, unit, judged, value, order: order++ };
      if (!list) settings.set(key.text, [setting]);
      else list.push(setting);
    }
  }
  return settings;
}

function unitWith(identity: Identity, settings: Settings): Omit<WholeUnit, 'bare'> {
  const own = sectionsByKind[identity.kind][1];
  const listOf = (key: string, section: string): readonly Setting[] => {
    const list = settings.get(key);
    if (!list) return none;
    if (list.length === 1) return list[0]?.judged.section === section ? list : none;
    return list.every(s => s.judged.section === section) ? list : list.filter(s => s.judged.section === section);
  };
  const together = (keys: readonly string[], section: string): readonly Setting[] => {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) return listOf(only, section);
    // of most directives that are asked for together, one is set at most
    let first = none;
    let more: Setting[] | undefined;
    for (const key of keys) {
      const list = listOf(key, section);
      if (list.length === 0) continue;
      if (first.length === 0) first = list;
      else more = [...(more ?? first), ...list];
    }
    return more?.sort((a, b) => a.order - b.order) ?? first;
  };
  const lastEmpty = (list: readonly Setting[]) => list.findLastIndex(s => s.value === '');
  return {
    ...identity,
    sets: key => settings.has(key),
    one(key, section = own) {
      const last = listOf(key, section).at(-1);
      return last && last.value === '' && resets(last) ? undefined : last;
    },
    all(keys, section = own) {
      const list = together(keys, section);
      const empty = lastEmpty(list);
      return empty < 0 ? list : list.slice(empty + 1);
    },
    emptied(keys, section = own) {
      const list = together(keys, section);
      return list[lastEmpty(list)];
    },
  };
}

/** Whether an empty value restores the default. */
function resets({ judged }: Setting): boolean {
  return grammarFor(judged.section, judged.assignment.key.text, { dropIn: true })?.empty !== 'read';
}

/** Where a report stands in a file; undefined where it stands in another one. */
export function placeOf(
  { at, part, section }: WholeReport,
  whole: WholeUnit,
  tree: UnitTree,
): { readonly line: LineSpan; readonly span: Span } | undefined {
  if (at === 'unit') {
    if (whole.fragment !== tree) return undefined;
    const own = section ?? sectionsByKind[whole.kind][1];
    const header = (tree.sections.find(s => s.name.text === own) ?? tree.sections[0])?.header;
    const line = header ?? { start: 0, end: Math.min(tree.text.search(/$/m), tree.text.length), line: 1, lineStart: 0 };
    return { line, span: { start: line.start, end: line.end } };
  }
  if (at.tree !== tree) return undefined;
  const { assignment } = at.judged;
  const { value, valueSpan } = assignment;
  if (value === '') return { line: assignment, span: { start: assignment.start, end: assignment.end } };
  return { line: assignment, span: part ? placeIn(assignment, part) : valueSpan };
}

/** The units that a file is part of, as far as they can be read. */
export function wholeUnits({ tree, unit, target, among }: Subject): readonly WholeUnit[] {
  const { kind } = unit;
  const self = { path: among?.path ?? '', unit, tree: () => tree };
  const loaded = among?.set.unitsWith(among.path) ?? [];
  if (loaded.length === 0) {
    const alone =
      unit.role === 'unit' && kind
        ? wholeUnit({ kind, sources: [self], ...(unit.name !== undefined && { name: unit.name }) }, target)
        : undefined;
    return alone ? [alone] : [];
  }
  return loaded
    .map(({ name, kind: type, sources: [first, ...others] }) => {
      const own = (source: typeof first) => (source.path === self.path ? self : source);
      return wholeUnit({ name, kind: type, sources: [own(first), ...others.map(own)] }, target);
    })
    .filter(whole => whole !== undefined);
}
