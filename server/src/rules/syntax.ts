/** Rules about lines that systemd cannot read as they stand. */
import { findDirective, sectionsWith } from '../catalogue/catalogue.ts';
import type { Section, Span, SyntaxFault } from '../unit/tree.ts';
import { sectionsOf } from '../unit/unit-file.ts';
import type { Remedy, Report, Subject } from './rule.ts';
import { isRead } from './sections.ts';
import { consequence, quoted } from './wording.ts';

const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** A header that does not end in `]`, or with characters that no section name may have. */
export function badHeader(fault: SyntaxFault | Section, subject: Subject): Report {
  const span = 'header' in fault ? fault.header : fault;
  const text = subject.tree.text.slice(span.start, span.end);
  const name = /^\[([^[\]\r\n]+)/.exec(text)?.[1]?.trim();
  const legal = name !== undefined && sectionsOf(subject.unit).includes(name);
  const trailing = /^\[[^\]]*\]\s*[#;]/.test(text);
  const remedies: Remedy[] = [];
  if (legal && trailing) {
    const comment = text.slice(text.indexOf(']') + 1).trim();
    remedies.push({ kind: 'replace', safe: true, title: 'Put the comment on a line of its own', text: `${comment}\n[${name}]` });
  } else if (legal) remedies.push({ kind: 'replace', title: `Change to [${name}]`, text: `[${name}]` });
  const why = trailing
    ? 'A comment cannot follow a section header'
    : text.endsWith(']')
      ? 'This is no section name: it may not be empty, nor hold quotes, backslashes, control characters or any of * ? ['
      : 'A section header must end in ]';
  return { ...spanOf(span), message: `${why}: ${consequence(subject)}.`, remedies };
}

/** Bytes or code points that are not UTF-8. */
export const notUtf8 = (fault: SyntaxFault, subject: Subject): Report => ({
  ...spanOf(fault),
  message: `This is not UTF-8, outside a comment: ${consequence(subject)}. Save the file with encoding UTF-8.`,
});

/** A line of 1 MiB or more. */
export const lineTooLong = (fault: SyntaxFault, subject: Subject): Report => ({
  ...spanOf(fault),
  message: `This line, with its continuations, is longer than 1 MiB: ${consequence(subject)}.`,
});

/** Sections of this file type in which the judging version knows a name. */
const homes = (name: string, subject: Subject): readonly string[] => {
  const legal = sectionsOf(subject.unit);
  return sectionsWith(name, subject.target.systemd).filter(section => legal.includes(section));
};

/** A line before the first section header. */
export function outsideSection(fault: SyntaxFault, subject: Subject): Report {
  const { orphan } = fault;
  const at = orphan?.key ?? fault;
  const [home, ...others] = orphan ? homes(orphan.key.text, subject) : [];
  const certain = home !== undefined && others.length === 0;
  const where = certain ? ` ${quoted(orphan?.key.text ?? '')}= belongs in [${home}].` : '';
  return {
    ...spanOf(at),
    message: `This line stands before the first section header: systemd ignores it.${where}`,
    remedies: certain ? [{ kind: 'move', section: home }] : [],
  };
}

/** Whether systemd looks at the lines of the section that a fault stands in. */
const inReadSection = ({ section }: SyntaxFault, subject: Subject): boolean => section !== undefined && isRead(section, subject);

/** A line without `=`. */
export function noEquals(fault: SyntaxFault, subject: Subject): Report | undefined {
  if (!inReadSection(fault, subject)) return undefined;
  const text = subject.tree.text.slice(fault.start, fault.end);
  const [, word = '', value = ''] = /^([A-Za-z0-9]+)(?:\s*:\s*|\s+|$)([^\r\n\0]*)$/.exec(text) ?? [];
  const known = findDirective(fault.section?.name.text ?? '', word) !== undefined && value !== '';
  const remedies: Remedy[] = known ? [{ kind: 'replace', title: `Change to ${word}=`, text: `${word}=${value}` }] : [];
  return { ...spanOf(fault), message: 'This line has no =: systemd ignores it.', remedies };
}

/** A line that begins with `=`. */
export const emptyKey = (fault: SyntaxFault, subject: Subject): Report | undefined =>
  inReadSection(fault, subject)
    ? {
        ...spanOf(fault),
        message: 'There is no directive before the =: systemd ignores this line.',
        remedies: [{ kind: 'remove', safe: true }],
      }
    : undefined;
