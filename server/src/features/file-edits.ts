/** The remedies of findings that make, move or remove files, or write into others, as edits of the workspace. */
import type { Diagnostic, Range, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { FileRemedy } from '../rules/rule.ts';
import { lineIndex } from '../unit/line-index.ts';
import type { Fix } from './fixes.ts';
import type { JudgedText } from './judge.ts';
import { renamedUnit } from './renamed-unit.ts';
import { choosingProfile } from './silence.ts';

/** What an editor asks for. */
export interface ActionRequest {
  readonly uri: string;
  readonly range: Range;
  /** The diagnostics that it shows there. */
  readonly shown: readonly Diagnostic[];
  /** The address of a file on this machine, where the editor can make, rename and remove files. */
  readonly addressOf?: (path: string) => string;
  /** Whether an address lies below a folder of the workspace; nothing does when absent. */
  readonly inWorkspace?: (uri: string) => boolean;
  /** The portable-lint.json of the file, where it can be changed. */
  readonly configuration?: WorkspaceConfiguration;
}

/** The portable-lint.json that says what counts in a workspace. */
export interface WorkspaceConfiguration {
  readonly uri: string;
  /** Its text; absent where the file has to be made. */
  readonly text?: string;
  /** The version of the document, where the editor has it open. */
  readonly version?: number;
}

/** A fix as edits of the text that it was made for. */
export const textEdits = (lines: JudgedText['lines'], { edits }: Fix): TextEdit[] =>
  edits.map(edit => ({ range: lines.range(edit), newText: edit.text }));

/** A fix of a portable-lint.json, which may have to be made. */
export function configurationEdit({ uri, text, version }: WorkspaceConfiguration, fix: Fix): WorkspaceEdit {
  const change: TextDocumentEdit = { textDocument: { uri, version: version ?? null }, edits: textEdits(lineIndex(text ?? ''), fix) };
  return { documentChanges: text === undefined ? [{ kind: 'create', uri, options: { ignoreIfExists: true } }, change] : [change] };
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** What a remedy comes to; undefined where the editor cannot do it, or it would break something else. */
export function fileEdit(judged: JudgedText, remedy: FileRemedy, request: ActionRequest): WorkspaceEdit | undefined {
  const { uri, addressOf, configuration, inWorkspace } = request;
  if (!addressOf) return undefined;
  switch (remedy.kind) {
    case 'rename-file':
      return { documentChanges: [{ kind: 'rename', oldUri: uri, newUri: parentOf(uri) + encodeURIComponent(remedy.name) }] };
    case 'delete-file':
      return { documentChanges: [{ kind: 'delete', uri }] };
    case 'create-file':
      return newFile(addressOf(remedy.path), remedy.text);
    case 'create-profile':
      return configuration && newFile(`${parentOf(configuration.uri)}portable/profile/${remedy.name}/service.conf`, remedy.text);
    case 'choose-profile': {
      const fix = configuration && choosingProfile(configuration.text ?? '', remedy.title, remedy.name);
      return configuration && fix && configurationEdit(configuration, fix);
    }
    case 'rename-image': {
      const oldUri = addressOf(remedy.root);
      // a folder that the editor has open would vanish under it
      if (!inWorkspace?.(oldUri)) return undefined;
      return { documentChanges: [{ kind: 'rename', oldUri, newUri: addressOf(parentOf(remedy.root) + remedy.name) }] };
    }
    case 'rename-unit':
      return renameUnit(judged, remedy.name, uri, addressOf);
  }
}

function newFile(uri: string, newText: string): WorkspaceEdit {
  const start = { line: 0, character: 0 };
  const text: TextDocumentEdit = { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText }] };
  return { documentChanges: [{ kind: 'create', uri, options: { ignoreIfExists: true } }, text] };
}

function renameUnit(judged: JudgedText, name: string, uri: string, addressOf: (path: string) => string): WorkspaceEdit | undefined {
  const newUri = parentOf(uri) + encodeURIComponent(name);
  const { among } = judged;
  if (!among) return { documentChanges: [{ kind: 'rename', oldUri: uri, newUri }] };
  const renamed = renamedUnit(among, name);
  if (!renamed) return undefined;
  const uriOf = (path: string): string => (path === among.path ? uri : addressOf(path));
  return {
    documentChanges: [
      // texts first: they are edited under the names that they still have
      ...renamed.texts.map(
        ({ path, text, edits }): TextDocumentEdit => ({
          textDocument: { uri: uriOf(path), version: null },
          edits: textEdits(lineIndex(text), { title: '', edits }),
        }),
      ),
      ...renamed.moved.map(({ from, to }) => ({
        kind: 'rename' as const,
        oldUri: uriOf(from),
        newUri: from === among.path ? newUri : addressOf(to),
      })),
    ],
  };
}
