/** What stands behind the lines of a profile in an editor: what the profile that it began as has there. */
import type { InlayHint } from 'vscode-languageserver';
import type { Range } from '../unit/line-index.ts';
import type { JudgedUnit } from './judge.ts';
import { remarksOf } from './profile-base.ts';

/** The hints of a document within a range. */
export function inlayHintsOf(judged: JudgedUnit, { start, end }: Range, systemd: number): InlayHint[] {
  return remarksOf(judged, systemd).flatMap(({ at, text }) => {
    const position = judged.lines.range(at).end;
    return position.line < start.line || position.line > end.line ? [] : [{ position, label: text, paddingLeft: true }];
  });
}
