/** Quick fixes as an editor wants them: what puts a finding right, and what silences it. */
import type { CodeAction, Diagnostic, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { configurationName } from '../rules/control/configuration.ts';
import type { Finding } from '../rules/rule.ts';
import { lineIndex, type Position, type Range } from '../unit/line-index.ts';
import { type Fix, fixOf } from './fixes.ts';
import type { JudgedUnit } from './judge.ts';
import { silencingFile, silencingLine, silencingWorkspace } from './silence.ts';

/** What an editor asks for. */
export interface ActionRequest {
  readonly uri: string;
  readonly range: Range;
  /** The diagnostics that it shows there. */
  readonly shown: readonly Diagnostic[];
}

/** The portable-lint.json that says what counts in a workspace. */
export interface WorkspaceConfiguration {
  readonly uri: string;
  /** Its text; absent where the file has to be made. */
  readonly text?: string;
  /** The version of the document, where the editor has it open. */
  readonly version?: number;
}

/** The findings that touch the range, each with the diagnostics that show it. */
const askedAbout = (judged: JudgedUnit, { range, shown }: ActionRequest): (readonly [Finding, Diagnostic[]])[] =>
  judged.findings.flatMap(finding => {
    const place = judged.lines.range(finding);
    if (!touches(place, range)) return [];
    return [[finding, shown.filter(d => d.code === finding.code && samePosition(d.range.start, place.start))] as const];
  });

const before = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
const touches = (a: Range, b: Range) => !before(a.end, b.start) && !before(b.end, a.start);
const samePosition = (a: Position, b: Position) => a.line === b.line && a.character === b.character;

const textEdits = (lines: JudgedUnit['lines'], { edits }: Fix): TextEdit[] =>
  edits.map(edit => ({ range: lines.range(edit), newText: edit.text }));

/** What puts the findings in the range right. */
export function codeActionsOf(judged: JudgedUnit, request: ActionRequest): CodeAction[] {
  return askedAbout(judged, request).flatMap(([finding, diagnostics]) =>
    finding.remedies.flatMap((remedy, n): CodeAction[] => {
      const fix = fixOf(judged, finding, remedy);
      if (!fix) return [];
      const edit = { changes: { [request.uri]: textEdits(judged.lines, fix) } };
      return [{ title: fix.title, kind: 'quickfix', diagnostics, isPreferred: n === 0, edit }];
    }),
  );
}

/** What silences the findings in the range: by a comment where the file may be written, else only for the workspace. */
export function silencingActionsOf(
  judged: JudgedUnit,
  request: ActionRequest,
  { writable, configuration }: { readonly writable: boolean; readonly configuration?: WorkspaceConfiguration },
): CodeAction[] {
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

function configurationEdit({ uri, text, version }: WorkspaceConfiguration, fix: Fix): WorkspaceEdit {
  const change: TextDocumentEdit = { textDocument: { uri, version: version ?? null }, edits: textEdits(lineIndex(text ?? ''), fix) };
  return { documentChanges: text === undefined ? [{ kind: 'create', uri, options: { ignoreIfExists: true } }, change] : [change] };
}

/** Where the portable-lint.json of a folder is. */
export const configurationIn = (folderUri: string): string => `${folderUri.replace(/\/+$/, '')}/${configurationName}`;
