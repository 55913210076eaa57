/** What the user made of the findings: other severities, silence, and what was there before. */
import type { Finding } from '../rule.ts';
import { type Accepted, acceptor, evidence } from './baseline.ts';
import { type Levels, noLevels } from './levels.ts';
import { suppressionsOf } from './suppressions.ts';

/** What is said about one file from outside of it. */
export interface Control {
  readonly levels: Levels;
  /** What a baseline accepts in the file. */
  readonly accepted?: Accepted;
  /** Told what of that no finding needed. */
  readonly unneeded?: (left: Accepted) => void;
}

/** Nothing is said. */
export const noControl: Control = { levels: noLevels };

/** The findings that are left, with the severities that the user wants. */
export function regulate(findings: readonly Finding[], text: string, { levels, accepted, unneeded }: Control): readonly Finding[] {
  if (findings.length === 0) {
    if (accepted) unneeded?.(accepted);
    return findings;
  }
  const silenced = suppressionsOf(text);
  const baseline = accepted && acceptor(accepted);
  const left: Finding[] = [];
  for (const finding of findings) {
    const { code } = finding;
    const level = levels(code) ?? finding.severity;
    if (silenced?.(finding) || baseline?.accepts(code, evidence(text, finding.start)) || level === 'off') continue;
    left.push(level === finding.severity ? finding : { ...finding, severity: level });
  }
  if (baseline) unneeded?.(baseline.left());
  return left;
}
