/** Rules about section headers. */
import { nearest } from '../catalogue/nearest.ts';
import type { Section } from '../unit/tree.ts';
import { allSections, sectionsOf } from '../unit/unit-file.ts';
import type { Remedy, Report, Subject } from './rule.ts';
import { quoted, sectionList } from './wording.ts';

/** systemd 261 began to refuse empty section names and globs in them (string_is_safe with flags); before, they were merely unknown. */
const strictSince = 261;

/** Whether the version refuses this header, although it is well-formed for older ones. */
export const refusedHeader = (section: Section, systemd: number): boolean => systemd >= strictSince && /^$|[*?[]/.test(section.name.text);

/** Whether systemd reads the assignments of a section; it skips those of unknown and `X-` sections without a word. */
export const isRead = (section: Section, subject: Subject): boolean => sectionsOf(subject.unit).includes(section.name.text);

/** A section that systemd does not know in this type of unit. */
export function unknownSection(section: Section, subject: Subject): Report | undefined {
  const { text } = section.name;
  const legal = sectionsOf(subject.unit);
  if (text.startsWith('X-') || legal.includes(text)) return undefined;
  const { start, end } = text === '' ? section.header : section.name;
  const span = { start, end };
  const { kind } = subject.unit;
  if (allSections.includes(text) && kind) {
    const message = `A ${kind} unit has no section [${text}], only ${sectionList(legal)}: systemd ignores it and everything in it.`;
    return { ...span, message };
  }
  const meant = nearest(text.trim(), legal);
  const remedies: Remedy[] = meant ? [{ kind: 'replace', title: `Change to [${meant}]`, text: meant }] : [];
  const hint = meant ? ` Did you mean [${meant}]?` : ` Sections of one's own begin with X-.`;
  return { ...span, message: `systemd ignores the unknown section [${quoted(text)}] and everything in it.${hint}`, remedies };
}
