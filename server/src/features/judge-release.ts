/** An os-release or extension-release as the features see it: read, judged, and indexed by line. */
import { checkRelease } from '../rules/check.ts';
import { type Control, noControl, regulate } from '../rules/control/regulate.ts';
import type { TreeFacts } from '../rules/portable/portable-tree.ts';
import { type ReleaseFile, releaseFile } from '../rules/portable/release-file.ts';
import type { Target } from '../rules/rule.ts';
import { lineIndex } from '../unit/line-index.ts';
import type { JudgedText } from './judge.ts';

/** What is to be judged. */
export interface ReleaseText extends Pick<ReleaseFile, 'kind' | 'extension'> {
  readonly text: string;
  /** The tree that it lies in, where there is one. */
  readonly inTree?: TreeFacts;
}

/** A judged release file. */
export interface JudgedRelease extends JudgedText {
  readonly release: ReleaseFile;
}

/** Reads and checks a release file as portabled of the target's systemd would, and leaves out what the user silenced. Never throws. */
export function judgeRelease(input: ReleaseText, target: Target, control: Control = noControl): JudgedRelease {
  const { text } = input;
  const release = releaseFile(text, input, target, input.inTree);
  return { text, release, lines: lineIndex(text), findings: regulate(checkRelease(release), text, control) };
}
