/** A unit file as systemd reads it: what of it is read at all, and what the catalogue and the grammars say of each assignment. */
import { findDirective, sectionsWith, standing } from '../catalogue/catalogue.ts';
import { readValue } from '../catalogue/grammars/index.ts';
import { hasPlaceholder } from '../unit/placeholders.ts';
import { recent } from '../unit/recent.ts';
import type { Assignment, Section, UnitTree } from '../unit/tree.ts';
import type { UnitFile } from '../unit/unit-file.ts';
import type { JudgedAssignment, Subject } from './rule.ts';
import { isRead, refusedHeader } from './sections.ts';
import { contextOf } from './value.ts';

/** What systemd reads of a file. */
export interface Reading {
  /** Every assignment that it looks at, in order; not those of unknown sections, nor those named `X-`. */
  readonly assignments: readonly JudgedAssignment[];
  /** The header that this version refuses although older ones take it. */
  readonly refusedHeader?: Section;
  /** Where it stops reading: after the value or before the line that it refuses, else the end. */
  readonly readTo: number;
  /** It stops because of something that it refuses: the unit does not load, or the rest of the drop-in is dropped. */
  readonly stops: boolean;
}

/** As many as a unit, its drop-ins and the profiles that it is compared under usually are. */
const read = recent<UnitTree, { readonly systemd: number; readonly unit: UnitFile; readonly reading: Reading }>(8);

/** Reads a file as the target's systemd does; a tree is read once, and again for another version or another kind of unit. */
export function readingOf(subject: Subject): Reading {
  const { tree, unit, target } = subject;
  const known = read.get(tree);
  if (known?.systemd === target.systemd && known.unit === unit) return known.reading;
  return read.set(tree, { systemd: target.systemd, unit, reading: readFile(subject) }).reading;
}

/** Hands over what was read of a tree, for the next rules that ask: who judges many files again and again keeps their readings. */
export function recallReading({ tree, unit, target: { systemd } }: Pick<Subject, 'tree' | 'unit' | 'target'>, reading: Reading): void {
  read.set(tree, { systemd, unit, reading });
}

function readFile(subject: Subject): Reading {
  const { tree, target } = subject;
  const refused = tree.sections.find(s => s.header.end <= tree.readTo && refusedHeader(s, target.systemd));
  let readTo = refused ? Math.min(tree.readTo, refused.header.start) : tree.readTo;
  let stops = refused !== undefined || tree.faults.some(f => f.fatal);
  const assignments: JudgedAssignment[] = [];
  sections: for (const section of tree.sections) {
    if (section.header.end > readTo) break;
    if (!isRead(section, subject)) continue;
    for (const assignment of section.assignments) {
      if (assignment.end > readTo) break;
      const judged = judge(assignment, section.name.text, subject);
      if (!judged) continue;
      assignments.push(judged);
      if (!judged.faults.some(f => f.outcome === 'refused')) continue;
      stops = true;
      readTo = assignment.end;
      break sections;
    }
  }
  return { assignments, readTo, stops, ...(refused && refused.header.start <= readTo && { refusedHeader: refused }) };
}

const nothing = { faults: [], parts: [] } as const;
const none: readonly string[] = [];

/** What is known of an assignment; undefined for names that systemd leaves to others (`X-`), and where a placeholder makes the name. */
function judge(assignment: Assignment, section: string, subject: Subject): JudgedAssignment | undefined {
  const { target, unit } = subject;
  const { key, value } = assignment;
  const name = key.text;
  if (name.startsWith('X-') || (unit.placeholders && hasPlaceholder(name))) return undefined;
  const directive = findDirective(section, name);
  const stand = directive && standing(directive, target.systemd);
  if (directive && stand && stand !== 'dropped') {
    const unsure = unit.placeholders === true && hasPlaceholder(value);
    const { faults, parts } = stand === 'known' && !unsure ? readValue(section, name, value, contextOf(subject, section, name)) : nothing;
    return { assignment, section, directive, standing: stand, elsewhere: none, faults, parts };
  }
  const elsewhere = sectionsWith(name, target.systemd);
  return { assignment, section, elsewhere, ...nothing, ...(directive && stand && { directive, standing: stand }) };
}
