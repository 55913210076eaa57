/** Runs the rules over one file: one walk over the tree, every rule asked about what it looks at. */
import { findDirective, sectionsWith, standing } from '../catalogue/catalogue.ts';
import type { Assignment, LineSpan } from '../unit/tree.ts';
import type { Finding, JudgedAssignment, Report, Rule, Subject } from './rule.ts';
import { rules } from './rules.ts';
import { isRead, refusedHeader } from './sections.ts';
import { badHeader } from './syntax.ts';

type RuleOn<On extends Rule['on']> = Extract<Rule, { readonly on: On }>;
const sectionRules = rules.filter((r): r is RuleOn<'section'> => r.on === 'section');
const assignmentRules = rules.filter((r): r is RuleOn<'assignment'> => r.on === 'assignment');
const faultRules = new Map(rules.flatMap(r => (r.on === 'section' || r.on === 'assignment' ? [] : [[r.on, r] as const])));

/** Everything that the rules find in a file, in order of the text. Never throws on bad text. */
export function check(subject: Subject): readonly Finding[] {
  const { tree, target } = subject;
  const findings: Finding[] = [];
  const say = (rule: Rule, line: LineSpan, report: Report | undefined) => {
    if (report) findings.push(finding(rule, line, report));
  };

  const refused = tree.sections.find(s => s.header.end <= tree.readTo && refusedHeader(s, target.systemd));
  const readTo = refused ? Math.min(tree.readTo, refused.header.start) : tree.readTo;
  const headerRule = faultRules.get('bad-header');
  const fatal = tree.faults.find(f => f.fatal);
  if (refused && headerRule) say(headerRule, refused.header, badHeader(refused, subject));
  else if (fatal) sayFault(fatal);
  for (const fault of tree.faults) if (!fault.fatal && fault.end <= readTo) sayFault(fault);

  for (const section of tree.sections) {
    if (section.header.end > readTo) break;
    for (const rule of sectionRules) say(rule, section.header, rule.check(section, subject));
    if (!isRead(section, subject)) continue;
    for (const assignment of section.assignments) {
      if (assignment.end > readTo) break;
      const judged = judge(assignment, section.name.text, subject);
      if (judged) for (const rule of assignmentRules) say(rule, assignment, rule.check(judged, subject));
    }
  }
  return findings.sort((a, b) => a.start - b.start);

  function sayFault(fault: (typeof tree.faults)[number]) {
    const rule = faultRules.get(fault.kind);
    if (rule) say(rule, fault, rule.check(fault, subject));
  }
}

/** What the catalogue says of an assignment's name; undefined for names that systemd leaves to others (`X-`). */
function judge(assignment: Assignment, section: string, { target }: Subject): JudgedAssignment | undefined {
  const name = assignment.key.text;
  if (name.startsWith('X-')) return undefined;
  const directive = findDirective(section, name);
  const stand = directive && standing(directive, target.systemd);
  if (directive && stand && stand !== 'dropped') return { assignment, section, directive, standing: stand, elsewhere: [] };
  const elsewhere = sectionsWith(name, target.systemd);
  return { assignment, section, elsewhere, ...(directive && stand && { directive, standing: stand }) };
}

/** A report as a finding; where the finding stands above the line that systemd names (a continued line), the message says which. */
function finding(rule: Rule, { line, lineStart }: LineSpan, report: Report): Finding {
  const { start, end, remedies = [] } = report;
  const message = end > lineStart ? report.message : `${report.message} (systemd names line ${line}, where this one ends.)`;
  const { code, severity, fades = false } = rule;
  return { code, severity, fades, remedies, start, end, line, lineStart, message };
}
