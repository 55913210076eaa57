// An image tree in a folder, a server, and an editor in which its release file and its units are open.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type CompletionItem,
  createConnection,
  createMessageConnection,
  type Hover,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { configurations } from '../../../server/src/node/documents/configurations.ts';
import { treeAt, unitsAround } from '../../../server/src/node/documents/units-around.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { treeReader } from '../../../server/src/node/images/tree-facts.ts';
import { startLanguageServer } from '../../../server/src/node/language-server.ts';
import { imageReports } from '../../../server/src/node/report/facts.ts';

let folder: string;
let editor: MessageConnection;
let published: PublishDiagnosticsParams[];
const versions = new Map<string, number>();

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const uriOf = (path: string) => URI.file(join(folder, path)).toString();
const says = (path: string, codes: readonly string[]) =>
  vi.waitFor(() => expect(published.findLast(p => p.uri === uriOf(path))?.diagnostics.map(d => d.code)).toEqual(codes));
async function open(path: string, languageId: string, text: string) {
  versions.set(path, 1);
  await editor.sendNotification('textDocument/didOpen', { textDocument: { uri: uriOf(path), languageId, version: 1, text } });
}
async function edit(path: string, text: string) {
  const version = (versions.get(path) ?? 0) + 1;
  versions.set(path, version);
  await editor.sendNotification('textDocument/didChange', { textDocument: { uri: uriOf(path), version }, contentChanges: [{ text }] });
}

const release = 'hello/usr/lib/os-release';
const unit = 'hello/usr/lib/systemd/system/hello.service';
const other = 'hello/usr/lib/systemd/system/greet.service';
const service = '[Service]\nExecStart=/bin/true\n';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'release-documents-'));
  write(release, 'ID=hello\nPORTABLE_PREFIXES=hello\n');
  write(unit, service);
  write(other, service);
  published = [];
  const up = new PassThrough();
  const down = new PassThrough();
  startLanguageServer(createConnection(up, down), {
    readFile: async () => undefined,
    units: { unitsAround, treeAt },
    trees: treeReader,
    findImages: async () => [],
    openFor: () => {},
    plan: async () => ({ outcome: 'unknown', why: 'not part of this test' }),
    insideImages: {
      answer: async () => ({}),
      compare: async () => ({ differences: [], unread: [], more: false }),
    },
    imageReports: imageReports(createImagePool()),
    writable: () => true,
    configurations,
    page: () => undefined,
  });
  editor = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  editor.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
  });
  editor.listen();
  await editor.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  await editor.sendNotification('initialized', {});
});
afterEach(() => {
  editor.dispose();
  rmSync(folder, { recursive: true });
});

test('what is typed into the os-release is said at once, of it and of the units', async () => {
  await open(release, 'os-release', 'ID=hello\nPORTABLE_PREFIXES=hello\n');
  await open(other, 'systemd-unit', service);
  await says(release, []);
  await says(other, ['portable/unmatched-prefix']);
  await edit(release, 'PORTABLE_PREFIXES="hello greet"\n');
  await says(release, ['portable/no-id']);
  await says(other, []);
});

test('a unit that comes or goes changes what is said of the os-release', async () => {
  await open(release, 'os-release', 'ID=hello\nPORTABLE_PREFIXES=bye\n');
  await says(release, ['portable/prefixes-fit-no-unit']);
  const added = 'hello/usr/lib/systemd/system/bye.service';
  write(added, service);
  await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(added), type: 1 }] });
  await says(release, ['portable/prefixes-miss-name']);
});

/** The editor still shows a file that something else removed. */
async function goes(path: string) {
  rmSync(join(folder, path));
  await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(path), type: 3 }] });
}

test('an os-release that goes away while it is open is missed at the units, until it is typed anew', async () => {
  // what makes it an image even then
  for (const place of ['proc', 'sys', 'dev']) mkdirSync(join(folder, 'hello', place));
  await open(release, 'os-release', 'ID=hello\nPORTABLE_PREFIXES=hello\n');
  await open(unit, 'systemd-unit', service);
  await says(unit, []);
  await goes(release);
  await says(unit, ['portable/missing-release']);
  await edit(release, 'ID=hello\nPORTABLE_PREFIXES=hello\n\n');
  await says(unit, []);
});

test('a drop-in that goes away while it is open counts no more, until it is typed anew', async () => {
  const dropIn = `${unit}.d/50-run.conf`;
  write(unit, '[Service]\n');
  write(dropIn, service);
  await open(unit, 'systemd-unit', '[Service]\n');
  await open(dropIn, 'systemd-unit', service);
  await says(unit, []);
  await goes(dropIn);
  await says(unit, ['unit/nothing-to-run']);
  await edit(dropIn, `${service}Nice=1\n`);
  await says(unit, []);
});

test('an extension is held against the image beside it', async () => {
  const extension = 'extra/usr/lib/extension-release.d/extension-release.extra';
  await open(extension, 'extension-release', 'ID=other\n');
  await says(extension, ['portable/extension-mismatch']);
  await edit(extension, 'ID=hello\n');
  await says(extension, []);
});

test('it has completion and hover of its own', async () => {
  await open(release, 'os-release', 'PORTABLE_SCOPE=\nID=x\n');
  const at = (line: number, character: number) => ({ textDocument: { uri: uriOf(release) }, position: { line, character } });
  const items = await editor.sendRequest<CompletionItem[]>('textDocument/completion', at(0, 15));
  expect(items.map(item => item.label)).toEqual(['system', 'user', 'any']);
  const hover = await editor.sendRequest<Hover | null>('textDocument/hover', at(1, 1));
  expect(JSON.stringify(hover)).toContain('ID=');
  expect(await editor.sendRequest('textDocument/foldingRange', { textDocument: { uri: uriOf(release) } })).toEqual([]);
});
