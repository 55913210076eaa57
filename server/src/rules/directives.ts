/** Rules about the names of directives. */
import { namesIn, versions } from '../catalogue/catalogue.ts';
import { nearest } from '../catalogue/nearest.ts';
import { sectionsOf } from '../unit/unit-file.ts';
import type { JudgedAssignment, Remedy, Report, Subject } from './rule.ts';
import { quoted, sectionList, systemdOf } from './wording.ts';

const at = ({ assignment: { key } }: JudgedAssignment) => ({ start: key.start, end: key.end });

/** Whether the version knows the name nowhere near: not in this section in any version that counts, and in no other. */
const isUnknown = ({ directive, standing, elsewhere }: JudgedAssignment): boolean =>
  (!directive || standing === 'dropped') && elsewhere.length === 0;

/** A name that systemd knows in no section. */
export function unknownDirective(judged: JudgedAssignment, { target }: Subject): Report | undefined {
  if (!isUnknown(judged)) return undefined;
  const { section, directive, assignment } = judged;
  const name = assignment.key.text;
  const meant = nearest(name, namesIn(section, target.systemd));
  const history = directive?.until !== undefined ? ` It was dropped after systemd ${directive.until}.` : '';
  const hint = meant ? ` Did you mean ${meant}=?` : '';
  const remedies: Remedy[] = meant ? [{ kind: 'replace', title: `Change to ${meant}=`, text: meant }] : [];
  const message = `${systemdOf(target)} knows no directive ${quoted(name)}= in [${section}] and ignores it.${history}${hint}`;
  return { ...at(judged), message, remedies };
}

/** A directive that belongs in another section. */
export function wrongSection(judged: JudgedAssignment, { unit, target }: Subject): Report | undefined {
  const { elsewhere, section, directive, standing, assignment } = judged;
  if ((directive && standing !== 'dropped') || elsewhere.length === 0) return undefined;
  const legal = sectionsOf(unit);
  const homes = elsewhere.filter(s => legal.includes(s));
  const name = assignment.key.text;
  const said = `${systemdOf(target)} does not take ${name}= in [${section}] and ignores it.`;
  if (homes.length === 0)
    return { ...at(judged), message: `${said} It is a directive of ${sectionList(elsewhere)}, which a ${unit.kind} unit does not have.` };
  // without the unit's type every section is legal: then only one possible home is certain
  const remedies: Remedy[] = unit.kind || homes.length === 1 ? homes.map(home => ({ kind: 'move', section: home })) : [];
  return { ...at(judged), message: `${said} It belongs in ${sectionList(homes)}.`, remedies };
}

/** A directive that came with a later version. */
export function tooNew(judged: JudgedAssignment, { target }: Subject): Report | undefined {
  const { directive, standing, section } = judged;
  if (!directive || standing !== 'too-new') return undefined;
  const message = `${directive.name}= in [${section}] came with systemd ${directive.since}. ${systemdOf(target)} does not know it and ignores it.`;
  return { ...at(judged), message };
}

/** A directive that systemd has stopped to obey. */
export function ignored(judged: JudgedAssignment, { target }: Subject): Report | undefined {
  const { directive, standing } = judged;
  if (!directive || standing !== 'ignored') return undefined;
  const successor = directive.successor ? ` Use ${directive.successor}= instead.` : '';
  const since = directive.ignoredSince === versions.oldest ? `${versions.oldest} or earlier` : directive.ignoredSince;
  const message = `${directive.name}= has had no effect since systemd ${since}: ${systemdOf(target)} ignores it.${successor}`;
  // no version obeys it any more, and no successor tells what was meant
  const safe = directive.ignoredSince === versions.oldest && !directive.successor;
  return { ...at(judged), message, remedies: [{ kind: 'remove', ...(safe && { safe }) }] };
}
