/** A language server over a folder of this disk, and an editor that opens everything in it and carries out what is chosen. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, vi } from 'vitest';
import {
  type CodeAction,
  createConnection,
  createMessageConnection,
  type Diagnostic,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { configurations } from '../../../server/src/node/documents/configurations.ts';
import { readUnitFile } from '../../../server/src/node/documents/read-unit-file.ts';
import { treeAt, unitsAround } from '../../../server/src/node/documents/units-around.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { imageQuestions } from '../../../server/src/node/images/image-questions.ts';
import { rawImagesBeside } from '../../../server/src/node/images/raw-beside.ts';
import { treeReader } from '../../../server/src/node/images/tree-facts.ts';
import { startLanguageServer } from '../../../server/src/node/language-server.ts';
import { imageReports } from '../../../server/src/node/report/facts.ts';
import { methods } from '../../../server/src/protocol.ts';

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
const languageOf = (path: string): string | undefined =>
  path.endsWith('/os-release')
    ? 'os-release'
    : /\.(service|socket|target|timer|path|mount|slice|conf)$/.test(path)
      ? 'systemd-unit'
      : undefined;

/** What a fresh editor knows of the host and the profiles. */
export interface World {
  readonly host?: readonly string[];
  readonly profile?: string;
  /** Folders of the workspace, below the one of the test. */
  readonly folders?: readonly string[];
  readonly operations?: readonly string[];
}

/** Opens everything that is in a folder in a new editor. */
export async function openAll(folder: string, { host, profile, folders = ['.'], operations = ['create', 'rename', 'delete'] }: World) {
  const up = new PassThrough();
  const down = new PassThrough();
  const raws = rawImagesBeside();
  const published = new Map<string, readonly Diagnostic[]>();
  startLanguageServer(createConnection(up, down), {
    readFile: async path => {
      const read = readUnitFile(path);
      return read.kind === 'bytes' ? read.bytes : undefined;
    },
    units: { unitsAround, treeAt },
    trees: open => treeReader(open, raws),
    raws,
    images: imageQuestions({ pool: createImagePool() }),
    findImages: async () => [],
    openFor: () => {},
    plan: async () => ({ outcome: 'unknown', why: 'not part of this test' }),
    insideImages: { answer: async () => ({}), compare: async () => ({ differences: [], unread: [], more: false }) },
    imageReports: imageReports(createImagePool()),
    writable: () => true,
    configurations,
    page: () => undefined,
  });
  const editor = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  editor.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: PublishDiagnosticsParams) => {
    published.set(uri, diagnostics);
  });
  editor.listen();
  const workspaceFolders = folders.map(each => ({ uri: URI.file(join(folder, each)).toString().replace(/\/\.$/, ''), name: each }));
  const workspaceEdit = { documentChanges: true, resourceOperations: operations };
  await editor.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    workspaceFolders,
    capabilities: { workspace: { workspaceEdit } },
  });
  await editor.sendNotification('initialized', {});
  if (host) await editor.sendNotification(methods.host, { host: { name: 'vm', scope: 'system', units: host.map(name => ({ name })) } });
  if (profile !== undefined) {
    const there = filesBelow(folder).flatMap(path => {
      const name = /\/portable\/profile\/([^/]+)\/service\.conf$/.exec(path)?.[1];
      return name === undefined ? [] : [{ name, text: readFileSync(path, 'utf8'), uri: URI.file(path).toString() }];
    });
    await editor.sendNotification(methods.profiles, { chosen: profile, profiles: there });
  }
  const open = filesBelow(folder).filter(path => languageOf(path) !== undefined);
  for (const path of open) {
    const textDocument = { uri: URI.file(path).toString(), languageId: languageOf(path), version: 1, text: readFileSync(path, 'utf8') };
    await editor.sendNotification('textDocument/didOpen', { textDocument });
  }
  /** What is said once all questions about images were answered: the same twice in a row. */
  const said = async (): Promise<readonly string[]> => {
    let last = '';
    let told: readonly string[] = [];
    await vi.waitFor(
      async () => {
        await editor.sendRequest('textDocument/foldingRange', { textDocument: { uri: URI.file(open[0] ?? '').toString() } });
        expect(published.size).toBe(open.length);
        told = [...published]
          .flatMap(([uri, list]) => list.map(({ code }) => `${relative(folder, URI.parse(uri).fsPath)}: ${code}`))
          .sort();
        const before = last;
        last = told.join('\n');
        expect(last).toBe(before);
      },
      { interval: 120, timeout: 20_000 },
    );
    return told.filter(
      line => line.includes(': portable/') || line.includes(': image/') || line.includes(': unit/') || line.includes(': advice/'),
    );
  };
  const actionsAt = async (path: string, code: string): Promise<readonly CodeAction[]> => {
    const uri = URI.file(join(folder, path)).toString();
    const diagnostic = published.get(uri)?.find(each => each.code === code);
    if (!diagnostic) throw new Error(`${path} has no ${code}`);
    const { range } = diagnostic;
    return editor.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [diagnostic] } });
  };
  return { editor, said, actionsAt };
}

/** Does what an editor does with an edit of the workspace. */
export function apply({ changes = {}, documentChanges = [] }: WorkspaceEdit): void {
  const path = (uri: string) => URI.parse(uri).fsPath;
  const edit = (uri: string, edits: readonly { readonly range: Diagnostic['range']; readonly newText: string }[]) => {
    const document = TextDocument.create(uri, '', 1, readFileSync(path(uri), 'utf8'));
    writeFileSync(path(uri), TextDocument.applyEdits(document, [...edits]));
  };
  for (const [uri, edits] of Object.entries(changes)) edit(uri, edits);
  for (const change of documentChanges) {
    if ('edits' in change)
      edit(
        change.textDocument.uri,
        change.edits.flatMap(each => ('newText' in each ? [each] : [])),
      );
    else if (change.kind === 'create') {
      mkdirSync(dirname(path(change.uri)), { recursive: true });
      if (!existsSync(path(change.uri))) writeFileSync(path(change.uri), '');
    } else if (change.kind === 'rename') {
      expect(existsSync(path(change.newUri))).toBe(false);
      renameSync(path(change.oldUri), path(change.newUri));
    } else rmSync(path(change.uri));
  }
}
