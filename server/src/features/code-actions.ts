/** Quick fixes as an editor wants them: what puts a finding right, and what silences it. */
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { configurationName } from '../rules/control/configuration.ts';
import { changesText, type Finding } from '../rules/rule.ts';
import type { Position, Range } from '../unit/line-index.ts';
import { type ActionRequest, configurationEdit, fileEdit, textEdits } from './file-edits.ts';
import { fixOf } from './fixes.ts';
import type { JudgedText } from './judge.ts';
import { silencingFile, silencingLine, silencingWorkspace } from './silence.ts';

/** The findings that touch the range, each with the diagnostics that show it. */
const askedAbout = (judged: JudgedText, { range, shown }: ActionRequest): (readonly [Finding, Diagnostic[]])[] =>
  judged.findings.flatMap(finding => {
    const place = judged.lines.range(finding);
    if (!touches(place, range)) return [];
    return [[finding, shown.filter(d => d.code === finding.code && samePosition(d.range.start, place.start))] as const];
  });

const before = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
const touches = (a: Range, b: Range) => !before(a.end, b.start) && !before(b.end, a.start);
const samePosition = (a: Position, b: Position) => a.line === b.line && a.character === b.character;

/** What puts the findings in the range right. */
export function codeActionsOf(judged: JudgedText, request: ActionRequest): CodeAction[] {
  return askedAbout(judged, request).flatMap(([finding, diagnostics]) =>
    finding.remedies.flatMap((remedy, n): CodeAction[] => {
      if (!changesText(remedy)) {
        const edit = fileEdit(judged, remedy, request);
        // what takes a file away is chosen, not done by a key that takes the best one
        const isPreferred = n === 0 && remedy.kind !== 'delete-file';
        return edit ? [{ title: remedy.title, kind: 'quickfix', diagnostics, isPreferred, edit }] : [];
      }
      const fix = fixOf(judged, finding, remedy);
      if (!fix) return [];
      const edit = { changes: { [request.uri]: textEdits(judged.lines, fix) } };
      return [{ title: fix.title, kind: 'quickfix', diagnostics, isPreferred: n === 0, edit }];
    }),
  );
}

/** What silences the findings in the range: by a comment where the file may be written, else only for the workspace. */
export function silencingActionsOf(judged: JudgedText, request: ActionRequest, { writable }: { readonly writable: boolean }): CodeAction[] {
  const { configuration } = request;
  const done = new Set<string>();
  return askedAbout(judged, request).flatMap(([finding, diagnostics]) => {
    const again = done.has(finding.code);
    done.add(finding.code);
    const comments = writable ? [silencingLine(judged, finding), ...(again ? [] : [silencingFile(judged, finding)])] : [];
    const actions = comments.flatMap((fix): CodeAction[] =>
      fix ? [{ title: fix.title, kind: 'quickfix', diagnostics, edit: { changes: { [request.uri]: textEdits(judged.lines, fix) } } }] : [],
    );
    const fix = configuration && !again ? silencingWorkspace(configuration.text ?? '', finding.code) : undefined;
    if (configuration && fix) {
      actions.push({ title: fix.title, kind: 'quickfix', diagnostics, edit: configurationEdit(configuration, fix) });
    }
    return actions;
  });
}

/** Where the portable-lint.json of a folder is. */
export const configurationIn = (folderUri: string): string => `${folderUri.replace(/\/+$/, '')}/${configurationName}`;
