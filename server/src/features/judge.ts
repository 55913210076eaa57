/** A document as the features see it: parsed, judged, and indexed by line. */
import { check } from '../rules/check.ts';
import { type Control, noControl, regulate } from '../rules/control/regulate.ts';
import type { Finding, Subject, Target } from '../rules/rule.ts';
import { type LineIndex, lineIndex } from '../unit/line-index.ts';
import { parseUnit } from '../unit/parse.ts';
import type { UnitTree } from '../unit/tree.ts';
import type { UnitFile } from '../unit/unit-file.ts';

/** What is to be judged. */
export interface UnitText {
  readonly text: string;
  readonly unit: UnitFile;
  /** Offset in the text of the first bytes outside UTF-8, where the bytes are known. */
  readonly invalidAt?: number;
  /** The file begins with a byte order mark that the text does not show. */
  readonly bom?: boolean;
  /** The text parsed, where that was done before. */
  readonly tree?: UnitTree;
  /** The files around it, where they are known. */
  readonly among?: Subject['among'];
}

/** A judged document. */
export interface JudgedUnit extends UnitText {
  readonly tree: UnitTree;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
}

/** Parses and checks a unit file as the target's systemd would, and leaves out what the user silenced. Never throws on bad text. */
export function judgeUnit(input: UnitText, target: Target, control: Control = noControl): JudgedUnit {
  const { text, unit, invalidAt, bom = false, among } = input;
  const tree = input.tree ?? parseUnit(text, { bom, ...(invalidAt !== undefined && { invalidAt }) });
  return {
    ...input,
    tree,
    lines: lineIndex(text),
    findings: regulate(check({ tree, unit, target, ...(among && { among }) }), text, control),
  };
}
