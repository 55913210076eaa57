/** Quick fixes as an editor wants them: what puts a finding right, and what silences it. */
import type { CodeAction, Diagnostic, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { configurationName } from '../rules/control/configuration.ts';
import type { Finding, Remedy } from '../rules/rule.ts';
import { lineIndex, type Position, type Range } from '../unit/line-index.ts';
import { type Fix, fixOf } from './fixes.ts';
import type { JudgedText } from './judge.ts';
import { silencingFile, silencingLine, silencingWorkspace } from './silence.ts';

/** What an editor asks for. */
export interface ActionRequest {
  readonly uri: string;
  readonly range: Range;
  /** The diagnostics that it shows there. */
  readonly shown: readonly Diagnostic[];
  /** The address of a file on this machine, where the editor can make and rename files. */
  readonly addressOf?: (path: string) => string;
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
const askedAbout = (judged: JudgedText, { range, shown }: ActionRequest): (readonly [Finding, Diagnostic[]])[] =>
  judged.findings.flatMap(finding => {
    const place = judged.lines.range(finding);
    if (!touches(place, range)) return [];
    return [[finding, shown.filter(d => d.code === finding.code && samePosition(d.range.start, place.start))] as const];
  });

const before = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
const touches = (a: Range, b: Range) => !before(a.end, b.start) && !before(b.end, a.start);
const samePosition = (a: Position, b: Position) => a.line === b.line && a.character === b.character;

const textEdits = (lines: JudgedText['lines'], { edits }: Fix): TextEdit[] =>
  edits.map(edit => ({ range: lines.range(edit), newText: edit.text }));

/** What puts the findings in the range right. */
export function codeActionsOf(judged: JudgedText, request: ActionRequest): CodeAction[] {
  return askedAbout(judged, request).flatMap(([finding, diagnostics]) =>
    finding.remedies.flatMap((remedy, n): CodeAction[] => {
      if (remedy.kind === 'create-file' || remedy.kind === 'rename-file') {
        const edit = fileEdit(remedy, request);
        return edit ? [{ title: remedy.title, kind: 'quickfix', diagnostics, isPreferred: n === 0, edit }] : [];
      }
      const fix = fixOf(judged, finding, remedy);
      if (!fix) return [];
      const edit = { changes: { [request.uri]: textEdits(judged.lines, fix) } };
      return [{ title: fix.title, kind: 'quickfix', diagnostics, isPreferred: n === 0, edit }];
    }),
  );
}

/** What makes or renames a file; undefined where the editor cannot. */
function fileEdit(
  remedy: Extract<Remedy, { readonly kind: 'create-file' | 'rename-file' }>,
  { uri, addressOf }: ActionRequest,
): WorkspaceEdit | undefined {
  if (!addressOf) return undefined;
  if (remedy.kind === 'rename-file') {
    const newUri = `${uri.slice(0, uri.lastIndexOf('/') + 1)}${encodeURIComponent(remedy.name)}`;
    return { documentChanges: [{ kind: 'rename', oldUri: uri, newUri }] };
  }
  const made = addressOf(remedy.path);
  const start = { line: 0, character: 0 };
  const text: TextDocumentEdit = {
    textDocument: { uri: made, version: null },
    edits: [{ range: { start, end: start }, newText: remedy.text }],
  };
  return { documentChanges: [{ kind: 'create', uri: made, options: { ignoreIfExists: true } }, text] };
}

/** What silences the findings in the range: by a comment where the file may be written, else only for the workspace. */
export function silencingActionsOf(
  judged: JudgedText,
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
