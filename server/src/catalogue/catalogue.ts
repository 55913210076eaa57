/** Which directive exists where, since when, and whether it still does anything. */
import { directives as generated, newest, oldest } from './directives.generated.ts';
import type { Dump } from './dump.ts';
import { ignoredDirectives } from './ignored.ts';

/** The versions that the catalogue tells apart; older and newer ones are judged as the nearest of them. */
export const versions = { oldest, newest } as const;

/** One directive in the sections that share its history. */
export interface Directive {
  readonly name: string;
  readonly sections: readonly string[];
  /** First version that knows it; the oldest version stands for itself and all before. */
  readonly since: number;
  /** Last version that knows it, where it was dropped. */
  readonly until?: number;
  /** First version that ignores it with a warning. */
  readonly ignoredSince?: number;
  /** What replaced it. */
  readonly successor?: string;
}

/** How a version stands to a directive: obeys it, does not know it yet, knows it no more, or ignores it with a warning. */
export type Standing = 'known' | 'too-new' | 'dropped' | 'ignored';

interface Tables {
  readonly bySection: ReadonlyMap<string, ReadonlyMap<string, Directive>>;
  readonly byName: ReadonlyMap<string, readonly Directive[]>;
}

function readTables(): Tables {
  const ignored = new Map(ignoredDirectives.map(i => [i.name, i]));
  const all: Directive[] = generated
    .trim()
    .split('\n')
    .map(line => {
      const [name = '', sections = '', since = '', until = ''] = line.split('|');
      const fate = ignored.get(name);
      return {
        name,
        sections: sections.split(' '),
        since: Number(since),
        ...(until && { until: Number(until) }),
        ...(fate && { ignoredSince: fate.since }),
        ...(fate?.successor && { successor: fate.successor }),
      };
    });
  for (const { name, sections, since, successor } of ignoredDirectives) {
    if (sections) all.push({ name, sections: sections.split(' '), since: oldest, ignoredSince: since, ...(successor && { successor }) });
  }
  const bySection = new Map<string, Map<string, Directive>>();
  const byName = new Map<string, Directive[]>();
  for (const directive of all) {
    byName.set(directive.name, [...(byName.get(directive.name) ?? []), directive]);
    for (const section of directive.sections) {
      const names = bySection.get(section) ?? new Map<string, Directive>();
      bySection.set(section, names.set(directive.name, directive));
    }
  }
  return { bySection, byName };
}

let read: Tables | undefined;
/** The table is taken apart at the first question, so that loading the module costs nothing. */
const tables = (): Tables => {
  read ??= readTables();
  return read;
};

/** The directive of that exact name in a section, of any version. */
export const findDirective = (section: string, name: string): Directive | undefined => tables().bySection.get(section)?.get(name);

/** How a version stands to a directive. */
export function standing(directive: Directive, systemd: number): Standing {
  const version = Math.min(Math.max(systemd, oldest), newest);
  if (version < directive.since) return 'too-new';
  if (directive.ignoredSince !== undefined && version >= directive.ignoredSince) return 'ignored';
  return directive.until !== undefined && version > directive.until ? 'dropped' : 'known';
}

/** The sections in which a version knows a directive, in the catalogue's order; none for a name that it does not know. */
export const sectionsWith = (name: string, systemd: number): readonly string[] =>
  (tables().byName.get(name) ?? []).filter(d => standing(d, systemd) === 'known').flatMap(d => d.sections);

const names = new Map<string, readonly string[]>();

/** The names that a version knows in a section. */
export function namesIn(section: string, systemd: number): readonly string[] {
  const key = `${section} ${systemd}`;
  const cached = names.get(key);
  if (cached) return cached;
  const directives = tables().bySection.get(section);
  const known = [...(directives?.values() ?? [])].filter(d => standing(d, systemd) === 'known').map(d => d.name);
  if (directives) names.set(key, known);
  return known;
}

/** One disagreement between the catalogue and what a real systemd prints. */
export interface DumpDifference {
  readonly section: string;
  readonly name: string;
  /** `missing`: systemd knows it, the catalogue does not say so for that version; `extra`: the other way round. */
  readonly kind: 'missing' | 'extra';
}

/** Compares the catalogue for a version with the dump of a real systemd of that version. Empty when they agree. */
export function compareWithDump(systemd: number, dump: Dump): readonly DumpDifference[] {
  const differences: DumpDifference[] = [];
  for (const section of new Set([...tables().bySection.keys(), ...dump.keys()])) {
    const ours = new Set(namesIn(section, systemd));
    const theirs = dump.get(section) ?? new Map<string, string>();
    for (const name of theirs.keys()) if (!ours.has(name)) differences.push({ section, name, kind: 'missing' });
    for (const name of ours) if (!theirs.has(name)) differences.push({ section, name, kind: 'extra' });
  }
  return differences;
}
