/** Rules about the units that a unit names, where the files around it are known: an image tree, or a folder of units. */

import { parseBoolean } from '../catalogue/grammars/boolean.ts';
import { expandSpecifiers } from '../catalogue/grammars/specifier.ts';
import { unitNameForm } from '../catalogue/grammars/unit-names.ts';
import { isHostUnit } from '../catalogue/host-units.ts';
import { remembered } from '../unit/recent.ts';
import type { Span } from '../unit/tree.ts';
import type { Subject } from './rule.ts';
import type { Setting, WholeReport, WholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

/** A unit that another one names, and where. */
export interface Named {
  readonly at: Setting;
  readonly part: Span;
  readonly name: string;
}

const read = remembered((_: WholeUnit) => new Map<string, readonly Named[]>());

/** The units that some directives name, as far as their names are known before the unit runs. */
export function named(whole: WholeUnit, keys: readonly string[], section?: string): readonly Named[] {
  const known = read(whole);
  const found: Named[] = [];
  for (const key of keys) {
    if (!whole.sets(key)) continue;
    // several rules ask for the same ones
    const asked = `${section ?? ''} ${key}`;
    const list = known.get(asked) ?? readNames(whole, key, section);
    known.set(asked, list);
    found.push(...list);
  }
  return found;
}

function readNames(whole: WholeUnit, key: string, section: string | undefined): readonly Named[] {
  const found: Named[] = [];
  for (const at of whole.all([key], section)) {
    const words = /\S+/g;
    for (let match = words.exec(at.value); match; match = words.exec(at.value)) {
      const [word] = match;
      const name = word.includes('%') ? nameOf(word, whole, at) : word;
      if (name === undefined || unitNameForm(name) === undefined) continue;
      found.push({ at, part: { start: match.index, end: words.lastIndex }, name });
    }
  }
  return found;
}

/** A name with its specifiers replaced; undefined where they are not known before the unit runs. */
function nameOf(word: string, whole: WholeUnit, { judged: { section, assignment } }: Setting): string | undefined {
  const { text, certain, unknown } = expandSpecifiers(word, 'name', {
    version: whole.systemd,
    section,
    key: assignment.key.text,
    unitType: whole.kind,
    ...(whole.name !== undefined && { unitName: whole.name }),
  });
  return certain && !unknown ? text : undefined;
}

/** Dependencies without which the unit does not start, and others, which systemd passes over when the unit is not there. */
const strong = ['Requires', 'Requisite', 'BindsTo'];
const weak = [
  'Wants',
  'Upholds',
  'PartOf',
  'After',
  'Before',
  'Conflicts',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
  'ReloadPropagatedFrom',
];

/** Units that are needed and are not there; and others that are not there, where one of nearly that name is. */
export function missingUnit(whole: WholeUnit, { among }: Subject): readonly WholeReport[] {
  if (!among || whole.name === undefined) return [];
  const { set, path } = among;
  const tree = set.isTree(path);
  // names are asked for last: to know them may take a look at the disk
  const missing = (name: string) => !isHostUnit(name) && (tree || set.names(path).length > 1) && !set.knows(name, path);
  const reports: WholeReport[] = [];
  const say = ({ at, part, name }: Named, always: boolean) => {
    if (!missing(name)) return;
    const meant = slipsOf(name, set.names(path)).find(other => other !== whole.name);
    if (!always && !meant) return;
    const where = tree ? 'in this tree' : 'beside this one';
    const hint = meant ? ` Did you mean ${meant}?` : ' The host must have it.';
    reports.push({
      at,
      part,
      message: `There is no unit ${quoted(name)} ${where}.${hint}`,
      ...(meant && { remedies: [{ kind: 'replace', title: `Change to ${meant}`, text: meant }] }),
    });
  };
  for (const one of named(whole, strong, 'Unit')) say(one, true);
  for (const one of named(whole, weak, 'Unit')) say(one, false);
  for (const one of named(whole, ['Sockets', 'Service', 'Unit'])) say(one, true);
  for (const one of named(whole, ['Also'], 'Install')) say(one, true);

  const started = startedBy(whole);
  if (started && missing(started) && !whole.one('Service') && !whole.one('Unit')) {
    reports.push({ at: 'unit', message: `This ${whole.kind} starts ${quoted(started)}, and there is no such unit here.` });
  }
  return reports;
}

/** Names as slips are looked for among them. */
interface Spelled {
  /** By their length, in their order, each with itself in lower case. */
  readonly byLength: ReadonlyMap<number, readonly (readonly [name: string, lower: string])[]>;
  /** What was found for the names that were asked about: many units name the same ones. */
  readonly found: Map<string, readonly string[]>;
}
const spelled = new WeakMap<readonly string[], Spelled>();

function spell(names: readonly string[]): Spelled {
  const byLength = new Map<number, (readonly [string, string])[]>();
  for (const name of names) {
    const entry = [name, name.toLowerCase()] as const;
    const same = byLength.get(name.length);
    if (same) same.push(entry);
    else byLength.set(name.length, [entry]);
  }
  return { byLength, found: new Map() };
}

/** The units that a name is most likely a slip of the pen for. */
function slipsOf(name: string, others: readonly string[]): readonly string[] {
  const known = spelled.get(others) ?? spell(others);
  spelled.set(others, known);
  const before = known.found.get(name);
  if (before) return before;
  const lower = name.toLowerCase();
  const slips: string[] = [];
  for (const by of [0, -1, 1]) {
    for (const [other, lowered] of known.byLength.get(name.length + by) ?? []) {
      if (by > 0 ? isSlip(lowered, lower) : isSlip(lower, lowered)) slips.push(other);
    }
  }
  const found = slips.length > 1 ? others.filter(other => slips.includes(other)) : slips;
  known.found.set(name, found);
  return found;
}

/**
 * Whether a name is most likely a slip of the pen for another: one letter too many or too few, two swapped, or another case. Both in lower case, the
 * longer one first.
 */
function isSlip(a: string, b: string): boolean {
  if (a === b) return true;
  let at = 0;
  while (at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (a.length > b.length) return a.slice(at + 1) === b.slice(at) && !/[0-9@]/.test(a[at] ?? '');
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** The unit that a socket, timer or path starts where it names none. */
function startedBy({ kind, name, one }: WholeUnit): string | undefined {
  if (name === undefined || !['socket', 'timer', 'path'].includes(kind)) return undefined;
  const bare = name.slice(0, -kind.length - 1);
  const accept = kind === 'socket' ? one('Accept') : undefined;
  return accept && parseBoolean(accept.value) === true ? `${bare.replace(/@.*$/, '')}@.service` : `${bare}.service`;
}

/** The same, whether it names one or not; undefined also where the name is not known before the unit runs. */
export const startOf = (whole: WholeUnit): string | undefined =>
  whole.one('Service') || whole.one('Unit') ? named(whole, ['Service', 'Unit'])[0]?.name : startedBy(whole);
