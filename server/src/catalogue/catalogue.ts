/** Which directive exists where, since when, and whether it still does anything. */
import { directives as generated, newest, oldest } from './directives.generated.ts';
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

/** The rows of a name in the generated table, in which they lie together; looked for when asked for, as few of them ever are. */
function rowsOf(name: string): readonly string[] {
  const rows: string[] = [];
  if (name.includes('|')) return rows; // it parts the fields, and no name has it
  for (let at = generated.indexOf(`\n${name}|`); at >= 0 && generated.startsWith(`${name}|`, at + 1); ) {
    const end = generated.indexOf('\n', at + 1);
    rows.push(generated.slice(at + 1, end));
    at = end;
  }
  return rows;
}

/** Every name, of any section and version. */
const allNames = (): ReadonlySet<string> =>
  new Set([
    ...generated
      .trim()
      .split('\n')
      .map(line => line.slice(0, line.indexOf('|'))),
    ...ignoredDirectives.map(({ name }) => name),
  ]);

const byName = new Map<string, readonly Directive[]>();

/** The directives of that exact name, of any section and version. */
function directivesOf(name: string): readonly Directive[] {
  const known = byName.get(name);
  if (known) return known;
  const lines = rowsOf(name);
  const fates = ignoredDirectives.filter(i => i.name === name);
  if (lines.length === 0 && fates.length === 0) return [];
  const fate = fates.at(-1);
  const made = lines.map((line): Directive => {
    const [, sections = '', since = '', until = ''] = line.split('|');
    return {
      name,
      sections: sections.split(' '),
      since: Number(since),
      ...(until && { until: Number(until) }),
      ...(fate && { ignoredSince: fate.since }),
      ...(fate?.successor && { successor: fate.successor }),
    };
  });
  for (const { sections, since, successor } of fates) {
    if (sections) made.push({ name, sections: sections.split(' '), since: oldest, ignoredSince: since, ...(successor && { successor }) });
  }
  byName.set(name, made);
  return made;
}

/** Every section with the names in it, of any version. */
let sections: ReadonlyMap<string, ReadonlySet<string>> | undefined;
function namesBySection(): ReadonlyMap<string, ReadonlySet<string>> {
  if (sections) return sections;
  const made = new Map<string, Set<string>>();
  for (const name of allNames()) {
    for (const section of directivesOf(name).flatMap(d => d.sections)) made.set(section, (made.get(section) ?? new Set()).add(name));
  }
  sections = made;
  return made;
}

/** The directive of that exact name in a section, of any version. */
export const findDirective = (section: string, name: string): Directive | undefined =>
  directivesOf(name).findLast(d => d.sections.includes(section));

/** How a version stands to a directive. */
export function standing(directive: Directive, systemd: number): Standing {
  const version = Math.min(Math.max(systemd, oldest), newest);
  if (version < directive.since) return 'too-new';
  if (directive.ignoredSince !== undefined && version >= directive.ignoredSince) return 'ignored';
  return directive.until !== undefined && version > directive.until ? 'dropped' : 'known';
}

/** The sections in which a version knows a directive, in the catalogue's order; none for a name that it does not know. */
export const sectionsWith = (name: string, systemd: number): readonly string[] =>
  directivesOf(name)
    .filter(d => standing(d, systemd) === 'known')
    .flatMap(d => d.sections);

const names = new Map<string, readonly string[]>();

/** The names that a version knows in a section. */
export function namesIn(section: string, systemd: number): readonly string[] {
  const key = `${section} ${systemd}`;
  const cached = names.get(key);
  if (cached) return cached;
  const all = namesBySection().get(section);
  const known = [...(all ?? [])].filter(name => {
    const directive = findDirective(section, name);
    return directive && standing(directive, systemd) === 'known';
  });
  if (all) names.set(key, known);
  return known;
}
