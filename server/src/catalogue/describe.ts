/** Everything that is known of a directive, in words. Not for checking: the texts are read when first asked for. */
import { type DirectiveName, successorOf } from './aliases.ts';
import { findDirective, type Standing, standing } from './catalogue.ts';
import { type ManualPage, manualOf } from './manual.ts';
import { parserOf } from './parsers.ts';
import { type Emptiness, emptinessOf, type Repetition, repetitionOf } from './repetition.ts';
import { sectionTexts } from './sections.ts';
import { conditions } from './texts/conditions.ts';
import { execPaths } from './texts/exec-paths.ts';
import { execProcess } from './texts/exec-process.ts';
import { execSandbox } from './texts/exec-sandbox.ts';
import { kill } from './texts/kill.ts';
import { automount, mount, swap } from './texts/mount.ts';
import { resourceControl } from './texts/resource-control.ts';
import { service } from './texts/service.ts';
import { socket } from './texts/socket.ts';
import { path, scope, slice, timer } from './texts/triggers.ts';
import { install, unit } from './texts/unit.ts';

/** A thing that a directive names, and whether it has to be on the host or in the image that a service runs from. */
export interface Lookup {
  readonly where: 'host' | 'image';
  readonly what: string;
}

/** A directive as it is explained to people. */
export interface Description extends DirectiveName {
  /** One or two sentences. */
  readonly summary: string;
  /** First version that knows it; the catalogue's oldest stands for itself and all before. */
  readonly since: number;
  /** Last version that knows it, where it was dropped. */
  readonly until?: number;
  readonly ignoredSince?: number;
  readonly standing: Standing;
  /** What to write in its place, where it is outdated. */
  readonly successor?: DirectiveName;
  /** What holds where it is not assigned, in words or as a value. */
  readonly byDefault?: string;
  readonly repetition: Repetition;
  readonly emptiness: Emptiness;
  readonly looksUp: readonly Lookup[];
  readonly manual: ManualPage;
  /** The function of systemd that reads the value, as in parsers.ts; absent where nothing reads it any more. */
  readonly parser?: string;
}

interface Row {
  readonly page: string;
  readonly byDefault?: string;
  readonly looksUp: readonly Lookup[];
  readonly summary: string;
}

/** A table and the page that its directives are explained on. */
type Table = readonly [page: string, text: string];

const unitPage = 'systemd.unit';
const exec: readonly Table[] = [execPaths, execProcess, execSandbox].map(text => ['systemd.exec', text] as const);
const killing: Table = ['systemd.kill', kill];
const resources: Table = ['systemd.resource-control', resourceControl];

/** The tables of each section; the first that has a row counts. */
const tables: Readonly<Record<string, readonly Table[]>> = {
  Unit: [[unitPage, unit]],
  Install: [[unitPage, install]],
  Service: [['systemd.service', service], ...exec, killing, resources],
  Socket: [['systemd.socket', socket], ...exec, killing, resources],
  Mount: [['systemd.mount', mount], ...exec, killing, resources],
  Automount: [['systemd.automount', automount]],
  Swap: [['systemd.swap', swap], ...exec, killing, resources],
  Timer: [['systemd.timer', timer]],
  Path: [['systemd.path', path]],
  Slice: [['systemd.slice', slice], resources],
  Scope: [['systemd.scope', scope], killing, resources],
};

/** Texts taken apart, by name. */
const read = new Map<string, ReadonlyMap<string, readonly string[]>>();
function cellsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const known = read.get(text);
  if (known) return known;
  const rows = text.trim().split('\n');
  const made = new Map(rows.map(row => row.split(' | ')).map(([name = '', ...cells]) => [name, cells] as const));
  read.set(text, made);
  return made;
}

/** `host: file; image: mount point`; nothing for `-`. */
function lookups(cell: string): readonly Lookup[] {
  return cell === '-'
    ? []
    : cell.split('; ').map(one => ({ where: one.startsWith('image: ') ? 'image' : 'host', what: one.slice(one.indexOf(': ') + 2) }));
}

/** The tests of [Unit], of which each has a row for both its names. */
function testRow(name: string): Row | undefined {
  const [, kind, test = ''] = /^(Condition|Assert)(.*)$/.exec(name) ?? [];
  const [where = '-', holds] = cellsOf(conditions).get(test) ?? [];
  if (!kind || holds === undefined) return undefined;
  const otherwise = kind === 'Condition' ? 'it is skipped without a failure' : 'the start fails';
  return { page: unitPage, looksUp: lookups(where), summary: `Starts the unit only if ${holds}; otherwise ${otherwise}.` };
}

function rowOf(section: string, name: string): Row | undefined {
  for (const [page, text] of (Object.hasOwn(tables, section) && tables[section]) || []) {
    const cells = cellsOf(text).get(name);
    if (!cells) continue;
    const [byDefault = '-', where = '-', summary = ''] = cells;
    return { page, ...(byDefault !== '-' && { byDefault }), looksUp: lookups(where), summary };
  }
  return section === 'Unit' ? testRow(name) : undefined;
}

/** All that is known of a directive, as that version takes it; undefined for one that no version knows. */
export function describeDirective(section: string, name: string, version: number): Description | undefined {
  const directive = findDirective(section, name);
  const row = directive && rowOf(section, name);
  if (!row) return undefined;
  const { since, until, ignoredSince, successor: replacement } = directive;
  const successor = replacement === undefined ? successorOf(section, name) : { section, name: replacement };
  const parser = parserOf(section, name);
  const { page, ...told } = row;
  const newer = successor && rowOf(successor.section, successor.name);
  return {
    section,
    name,
    ...told,
    since,
    ...(until !== undefined && { until }),
    ...(ignoredSince !== undefined && { ignoredSince }),
    standing: standing(directive, version),
    ...(successor && { successor }),
    repetition: repetitionOf(section, name, version),
    emptiness: emptinessOf(section, name, version),
    // the manual forgets what is outdated
    manual: successor && newer ? manualOf(newer.page, successor) : manualOf(page, { section, name }),
    ...(parser !== undefined && { parser }),
  };
}

/** What a section is for, and its page of the manual; undefined for one that no unit has. */
export function describeSection(section: string): { readonly summary: string; readonly manual: ManualPage } | undefined {
  const text = Object.hasOwn(sectionTexts, section) ? sectionTexts[section] : undefined;
  if (!text) return undefined;
  return {
    summary: text.summary,
    manual: { page: `${text.page}(5)`, address: `https://www.freedesktop.org/software/systemd/man/latest/${text.page}.html` },
  };
}
