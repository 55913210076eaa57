/** What portable-lint.json says in an editor: who judges a document, what is silenced there, and what is wrong with the file itself. */
import type { Connection, Diagnostic, InitializeParams, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { configurationIn } from '../../features/code-actions.ts';
import { severities } from '../../features/diagnostics.ts';
import type { WorkspaceConfiguration } from '../../features/file-edits.ts';
import { configurationName } from '../../rules/control/configuration.ts';
import { type Control, noControl } from '../../rules/control/regulate.ts';
import type { Target, TargetProfile } from '../../rules/rule.ts';
import type { Configurations, OpenTexts, PlacedConfiguration } from './configurations.ts';

/** What counts for one document. */
export interface DocumentConfiguration {
  /** Who judges it, where a file says so. */
  readonly target?: Target;
  /** The portable-lint.json, where there is one. */
  readonly file?: string;
  /** The profile that images are attached with, where a file says so. */
  readonly profile?: TargetProfile;
  readonly control: Control;
  /** No rule looks at the document. */
  readonly leftOut: boolean;
}

/** The configurations of the open documents. */
export interface EditorConfiguration {
  readonly of: (uri: string) => DocumentConfiguration;
  /** Looks at the files anew at the next question. */
  readonly forget: () => void;
  /** Shows what is wrong in the files that were looked at. */
  readonly publishProblems: () => void;
  /** The file in which a document's findings can be silenced, which may have to be made; undefined where none can be. */
  readonly toChange: (uri: string) => Promise<WorkspaceConfiguration | undefined>;
  readonly initialize: (params: InitializeParams) => void;
  /** Whether a document lies in a folder of the workspace. */
  readonly inWorkspace: (uri: string) => boolean;
}

/** What it needs of the world. */
interface World {
  readonly configurations: (open: OpenTexts) => Configurations;
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  readonly writable: (path: string) => boolean;
}

/** Whether a document is a portable-lint.json. */
export const isConfiguration = (uri: string): boolean => uri.endsWith(`/${configurationName}`);

const pathOf = (uri: string): string | undefined => {
  const { scheme, fsPath } = URI.parse(uri);
  return scheme === 'file' ? fsPath : undefined;
};

/** Reads configurations from open documents, else from the disk. */
export function editorConfiguration(connection: Connection, documents: TextDocuments<TextDocument>, world: World): EditorConfiguration {
  const openOne = (path: string) => documents.all().find(d => isConfiguration(d.uri) && pathOf(d.uri) === path);
  const look = () => world.configurations(path => openOne(path)?.getText());
  let configured = look();
  let known = new Map<string, { readonly placed: PlacedConfiguration; readonly what: DocumentConfiguration }>();
  let shown = new Set<string>();
  const editor: { folders: readonly string[]; edits: boolean; creates: boolean } = { folders: [], edits: false, creates: false };

  function of(uri: string): DocumentConfiguration {
    const path = pathOf(uri);
    if (path === undefined) return { control: noControl, leftOut: false };
    const placed = configured.of(path);
    const last = known.get(uri);
    if (last?.placed === placed) return last.what; // the same object, so that a document is not judged again
    const accepted = placed.accepts(path);
    const { systemd, file, levels, profile } = placed;
    const what: DocumentConfiguration = {
      control: { levels, ...(accepted && { accepted }) },
      leftOut: placed.leavesOut(path),
      ...(file !== undefined && { file }),
      ...(profile && { profile }),
      ...(systemd !== undefined && { target: { systemd, source: configurationName } }),
    };
    known.set(uri, { placed, what });
    return what;
  }

  function forget() {
    configured = look();
    known = new Map();
  }

  function publishProblems() {
    const byUri = new Map<string, Diagnostic[]>();
    for (const { path, range, why } of configured.problems()) {
      const uri = openOne(path)?.uri ?? URI.file(path).toString();
      const start = { line: 0, character: 0 };
      const diagnostic: Diagnostic = {
        range: range ?? { start, end: start },
        severity: severities.error,
        source: 'portable-services',
        message: why,
      };
      byUri.set(uri, [...(byUri.get(uri) ?? []), diagnostic]);
    }
    for (const uri of shown) if (!byUri.has(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    for (const [uri, diagnostics] of byUri) void connection.sendDiagnostics({ uri, diagnostics });
    shown = new Set(byUri.keys());
  }

  async function toChange(uri: string): Promise<WorkspaceConfiguration | undefined> {
    if (!editor.edits || pathOf(uri) === undefined) return undefined;
    const { file } = of(uri);
    if (file === undefined) {
      const folder = editor.folders.filter(f => uri.startsWith(`${f}/`)).sort((a, b) => b.length - a.length)[0];
      return editor.creates && folder !== undefined ? { uri: configurationIn(folder) } : undefined;
    }
    const open = openOne(file);
    if (open) return { uri: open.uri, text: open.getText(), version: open.version };
    const bytes = world.writable(file) ? await world.readFile(file) : undefined;
    return bytes && { uri: URI.file(file).toString(), text: new TextDecoder().decode(bytes) };
  }

  function initialize({ capabilities, workspaceFolders, rootUri }: InitializeParams) {
    const edit = capabilities.workspace?.workspaceEdit;
    editor.edits = edit?.documentChanges === true;
    editor.creates = edit?.resourceOperations?.includes('create') === true;
    const given = workspaceFolders?.map(f => f.uri) ?? (rootUri ? [rootUri] : []);
    editor.folders = given.map(f => f.replace(/\/+$/, ''));
  }
  const inWorkspace = (uri: string) => editor.folders.some(folder => uri.startsWith(`${folder}/`));
  return { of, forget, publishProblems, toChange, initialize, inWorkspace };
}
