/** Rules about values: what the grammars object to, by what becomes of the line. */
import { type Context, type Fault, grammarFor, type Outcome } from '../catalogue/grammars/index.ts';
import { nearest } from '../catalogue/nearest.ts';
import { placeIn } from './place.ts';
import type { JudgedAssignment, Remedy, Report, Subject } from './rule.ts';
import { consequence, quoted, systemdOf } from './wording.ts';

/** Where a value stands, as its grammar wants to know it. */
export const contextOf = ({ unit, target }: Subject, section: string, key: string): Context => {
  const { kind: unitType = 'service', name: unitName, role } = unit;
  const version = target.systemd;
  const dropIn = role !== 'unit';
  // made for every assignment: two literals cost a fraction of a spread
  return unitName === undefined ? { version, section, key, unitType, dropIn } : { version, section, key, unitType, unitName, dropIn };
};

/** As many wrong words of one value get a remedy: to find one takes time. */
export const mostRemedies = 50;

/** Reports on the faults of some outcomes. */
const reporting =
  (outcomes: readonly Outcome[]) =>
  (judged: JudgedAssignment, subject: Subject): readonly Report[] | undefined => {
    if (judged.faults.length === 0) return undefined;
    const faults = judged.faults.filter(f => outcomes.includes(f.outcome));
    if (faults.length === 0) return undefined;
    return faults.map((fault, n) => {
      const remedies = n < mostRemedies ? remediesOf(fault, judged, subject) : [];
      return { ...placeIn(judged.assignment, fault), message: messageOf(fault, subject), remedies };
    });
  };

/** A value for which systemd refuses the unit. */
export const refusedValue = reporting(['refused']);
/** A value that systemd ignores, wholly or in part. */
export const badValue = reporting(['ignored', 'skipped']);
/** A value in whose place systemd uses another. */
export const rewritten = reporting(['rewritten']);
/** A value that systemd uses as it is, but not without a word. */
export const doubtfulValue = reporting(['used']);

function messageOf({ outcome, expected }: Fault, subject: Subject): string {
  const who = systemdOf(subject.target);
  const sentence = expected.replace(/\.$/, '');
  switch (outcome) {
    case 'refused':
      return `Expected ${sentence}: ${consequence(subject, who)}.`;
    case 'ignored':
      return `Expected ${sentence}. ${who} ignores this line.`;
    case 'skipped':
      return `Expected ${sentence}. ${who} leaves this out and uses the rest of the line.`;
    case 'rewritten':
    case 'used':
      return `${sentence}. ${who} warns about it when it loads the unit.`;
  }
}

/** The known word that a wrong one was probably meant to be. */
function remediesOf({ start, end, outcome }: Fault, { assignment, section }: JudgedAssignment, subject: Subject): readonly Remedy[] {
  if (outcome === 'used' || outcome === 'rewritten') return [];
  const context = contextOf(subject, section, assignment.key.text);
  const word = assignment.value.slice(start, end);
  const words = grammarFor(section, context.key, context)?.words?.(context);
  const meant = words && nearest(word, words);
  return meant && meant !== word ? [{ kind: 'replace', title: `Change to ${quoted(meant)}`, text: meant }] : [];
}
