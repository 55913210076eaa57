/** Runs the rules over one file: one walk over the tree, every rule asked about what it looks at, then those about whole units. */
import { hasPlaceholder } from '../unit/placeholders.ts';
import type { LineSpan, Span } from '../unit/tree.ts';
import { knownCodes } from './control/levels.ts';
import { silencedCodes } from './control/suppressions.ts';
import type { ReleaseFile } from './portable/release-file.ts';
import { isLeftAlone, treeUnit } from './portable/units.ts';
import { readingOf } from './reading.ts';
import type { Finding, Report, Reports, Rule, Subject } from './rule.ts';
import { rules } from './rules.ts';
import { badHeader } from './syntax.ts';
import { placeOf, type WholeUnit, wholeUnits } from './whole-unit.ts';

type RuleOn<On extends Rule['on']> = Extract<Rule, { readonly on: On }>;
const rulesOn = <On extends Rule['on']>(on: On) => rules.filter((r): r is RuleOn<On> => r.on === on);
const sectionRules = rulesOn('section');
type AssignmentRule = RuleOn<'assignment'>;
const assignmentRules = rulesOn('assignment');
const objecting = assignmentRules.filter(r => r.about === 'objections');
const alwaysAsked = assignmentRules.filter(r => r.about === undefined);
/** The rules about what a table names, each by its names. */
function rulesBy(
  namesOf: (about: NonNullable<AssignmentRule['about']>) => readonly string[],
): ReadonlyMap<string, readonly AssignmentRule[]> {
  const table = new Map<string, AssignmentRule[]>();
  for (const rule of assignmentRules) {
    for (const name of rule.about === undefined ? [] : namesOf(rule.about)) table.set(name, [...(table.get(name) ?? []), rule]);
  }
  return table;
}
const bySection = rulesBy(about => (typeof about === 'object' && 'section' in about ? [about.section] : []));
const byKey = rulesBy(about => (typeof about === 'object' && 'keys' in about ? about.keys : []));
const none: readonly AssignmentRule[] = [];
const wholeRules = rulesOn('whole');
const silencedRules = rulesOn('silenced');
const portableRules = rulesOn('portable');
const releaseRules = rulesOn('release');
const fileRules = rulesOn('file');
const others = ['section', 'assignment', 'whole', 'silenced', 'portable', 'release', 'file'] as const;
type FaultRule = Exclude<Rule, { readonly on: (typeof others)[number] }>;
const isFaultRule = (rule: Rule): rule is FaultRule => !others.some(on => on === rule.on);
const faultRules = new Map(rules.filter(isFaultRule).map(rule => [rule.on, rule]));

/** Everything that the rules find in a file, in order of the text. Never throws on bad text. */
export function check(given: Subject): readonly Finding[] {
  const { image, ...others } = given;
  const subject: Subject = image && isLeftAlone(given) ? others : given;
  const { tree, unit } = subject;
  const findings: Finding[] = [];
  const say = (rule: Rule, line: LineSpan, reports: Reports) => {
    if (reports) for (const report of listOf(reports)) findings.push(finding(rule, line, report));
  };
  // what a build puts in the place of a placeholder may be right
  const open = ({ start, end }: Span) => unit.placeholders === true && hasPlaceholder(tree.text.slice(start, end));

  const { assignments, refusedHeader, readTo } = readingOf(subject);
  const headerRule = faultRules.get('bad-header');
  if (refusedHeader && headerRule) say(headerRule, refusedHeader.header, badHeader(refusedHeader, subject));
  else {
    const fatal = tree.faults.find(f => f.fatal);
    // a value that is refused before it ends the reading first
    if (fatal && readTo === tree.readTo) sayFault(fatal);
  }
  for (const fault of tree.faults) if (!fault.fatal && fault.end <= readTo) sayFault(fault);

  for (const section of tree.sections) {
    if (section.header.end > readTo) break;
    if (!open(section.header)) for (const rule of sectionRules) say(rule, section.header, rule.check(section, subject));
  }
  for (const judged of assignments) {
    const { assignment, section, standing, faults } = judged;
    const ask = (asked: readonly AssignmentRule[]) => {
      for (const rule of asked) say(rule, assignment, rule.check(judged, subject));
    };
    if (standing !== 'known' || faults.length > 0) ask(objecting);
    ask(bySection.get(section) ?? none);
    ask(byKey.get(assignment.key.text) ?? none);
    ask(alwaysAsked);
  }
  for (const { code, line } of silencedCodes(tree.text)) for (const rule of silencedRules) say(rule, line, rule.check(code, knownCodes));
  const wholes = wholeUnits(subject);
  for (const whole of wholes) judgeWhole(whole);
  const attached = treeUnit(subject);
  if (attached) for (const rule of portableRules) findings.push(...placed(rule, tree.text, rule.check(attached)));
  for (const rule of fileRules) findings.push(...placed(rule, tree.text, rule.check(subject)));
  // several units may share a drop-in
  const once = wholes.length > 1 ? [...new Map(findings.map(f => [`${f.start} ${f.code} ${f.message}`, f])).values()] : findings;
  return once.sort((a, b) => a.start - b.start);

  function judgeWhole(whole: WholeUnit) {
    for (const rule of wholeRules) {
      const said = rule.check(whole, subject);
      if (!said) continue;
      const reports = listOf(said);
      for (const report of reports) {
        const place = placeOf(report, whole, tree);
        const { message, related, remedies = [] } = report;
        if (place) say(rule, place.line, { ...place.span, message, remedies, ...(related && { related }) });
      }
      // systemd refuses a unit once; an image can lack several things
      if (rule.severity === 'error' && !rule.code.startsWith('image/') && reports.length > 0) return;
    }
  }
  function sayFault(fault: (typeof tree.faults)[number]) {
    const rule = faultRules.get(fault.kind);
    if (rule && !open(fault)) say(rule, fault, rule.check(fault, subject));
  }
}

/** Everything that the rules find in an os-release or extension-release, in order of the text. Never throws on bad text. */
export function checkRelease(file: ReleaseFile): readonly Finding[] {
  return releaseRules.flatMap(rule => placed(rule, file.text, rule.check(file))).sort((a, b) => a.start - b.start);
}

/** Reports of files that have no lines of systemd's, each in the line that it begins in. */
function placed(rule: Rule, text: string, reports: Reports): readonly Finding[] {
  if (!reports) return [];
  return listOf(reports).map(report => {
    const before = text.slice(0, report.start);
    const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    const line = before.split(/\r\n|[\n\r]/).length;
    const { code, severity, fades = false } = rule;
    return { ...report, code, severity, fades, remedies: report.remedies ?? [], line, lineStart };
  });
}

const listOf = <T>(said: T | readonly T[]): readonly T[] => (isList(said) ? said : [said]);
const isList = <T>(said: T | readonly T[]): said is readonly T[] => Array.isArray(said);

/** A report as a finding; where the finding stands above the line that systemd names (a continued line), the message says which. */
function finding(rule: Rule, { line, lineStart }: LineSpan, report: Report): Finding {
  const { start, end, remedies = [], related } = report;
  const message = end > lineStart ? report.message : `${report.message} (systemd names line ${line}, where this one ends.)`;
  const { code, severity, fades = false } = rule;
  return { code, severity, fades, remedies, start, end, line, lineStart, message, ...(related && { related }) };
}
