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
  /** The image tree that it lies in, where there is one and it is known. */
  readonly inTree?: Subject['inTree'];
  /** What is known of the image that it lies in, where all of that image is there. */
  readonly image?: Subject['image'];
}

/** What was found in a text. */
export interface JudgedText {
  readonly text: string;
  /** The file begins with a byte order mark that the text does not show. */
  readonly bom?: boolean;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
  /** The text as a unit file, where it is one. */
  readonly tree?: UnitTree;
  /** The files around it, where they are known. */
  readonly among?: Subject['among'];
}

/** A judged unit file. */
export interface JudgedUnit extends UnitText, JudgedText {
  readonly text: string;
  readonly bom?: boolean;
  readonly tree: UnitTree;
}

/** Parses and checks a unit file as the target's systemd would, and leaves out what the user silenced. Never throws on bad text. */
export function judgeUnit(input: UnitText, target: Target, control: Control = noControl): JudgedUnit {
  const { text, unit, invalidAt, bom = false, among, inTree, image } = input;
  const tree = input.tree ?? parseUnit(text, { bom, ...(invalidAt !== undefined && { invalidAt }) });
  return {
    ...input,
    tree,
    lines: lineIndex(text),
    findings: regulate(
      check({ tree, unit, target, ...(among && { among }), ...(inTree && { inTree }), ...(image && { image }) }),
      text,
      control,
    ),
  };
}
