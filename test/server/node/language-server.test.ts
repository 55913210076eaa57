// The server and an editor, joined in one process by two streams.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type CodeAction,
  type CompletionItem,
  createConnection,
  createMessageConnection,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { configurations } from '../../../server/src/node/documents/configurations.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { insideImages } from '../../../server/src/node/images/inside-image.ts';
import { startLanguageServer } from '../../../server/src/node/language-server.ts';
import { imageReports } from '../../../server/src/node/report/facts.ts';
import { type ImageFacts, type ImagesResult, type JudgeParams, methods } from '../../../server/src/protocol.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

// a drop-in: of a whole unit, more would be said
const uri = 'file:///image/usr/lib/systemd/system/hello.service.d/x.conf';
const bytes = (latin1: string) => Uint8Array.from(latin1, c => c.charCodeAt(0));
const image: ImageFacts = { path: '/x/hello', name: 'hello', kind: 'directory', prefix: 'hello', units: [] };

let editor: MessageConnection;
let disk: Map<string, Uint8Array>;
let published: PublishDiagnosticsParams[];
let logged: string[];
let judges: JudgeParams[];
let openedFor: (string | undefined)[];
let version: number;
let setting: unknown;

/** The codes of the diagnostics last published for a document, once they are for its newest version. */
const codes = (of = uri) =>
  vi.waitFor(() => {
    const last = published.findLast(p => p.uri === of);
    expect(last?.version).toBe(version);
    return last?.diagnostics.map(d => d.code) ?? [];
  });
/** Waits until the newest diagnostics have these codes. */
const settled = (expected: readonly string[]) => vi.waitFor(async () => expect(await codes()).toEqual(expected));

async function open(text: string, languageId = 'systemd-unit', at = uri) {
  version = 1;
  await editor.sendNotification('textDocument/didOpen', { textDocument: { uri: at, languageId, version, text } });
}
const change = (contentChanges: unknown[]) =>
  editor.sendNotification('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges });
const position = (line: number, character: number) => ({ line, character });
const target = (params: unknown) => editor.sendNotification(methods.target, params);

beforeEach(async () => {
  const up = new PassThrough();
  const down = new PassThrough();
  disk = new Map();
  published = [];
  logged = [];
  judges = [];
  openedFor = [];
  setting = 262;
  startLanguageServer(createConnection(up, down), {
    readFile: async path => disk.get(path),
    insideImages: insideImages(createImagePool()),
    imageReports: imageReports(createImagePool()),
    plan: async () => ({ outcome: 'unknown', why: 'not part of this test' }),
    findImages: async folders => {
      if (folders.includes('/broken')) throw new Error('the disk is on fire');
      return [image];
    },
    openFor: machine => openedFor.push(machine),
    units: {
      unitsAround: () => ({
        files: [...disk.keys()].map(path => ({ path, unit: unitFileOf(path) ?? { role: 'unit' } })),
        links: [],
      }),
      treeAt: path => parseUnit(new TextDecoder().decode(disk.get(path))),
    },
    writable: path => !path.includes('readonly'),
    configurations,
    page: code => `file:///docs/${code}.md`,
  });
  editor = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  editor.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
  });
  editor.onNotification('window/logMessage', ({ message }: { message: string }) => {
    logged.push(message);
  });
  editor.onNotification(methods.judge, (params: JudgeParams) => {
    judges.push(params);
  });
  editor.onRequest('workspace/configuration', () => [setting]);
  editor.onRequest('client/registerCapability', () => null);
  editor.listen();
  const dynamicRegistration = true;
  const workspace = {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration },
    didChangeWatchedFiles: { dynamicRegistration },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  };
  const initializationOptions = { judges: true };
  const roots = { rootUri: null, workspaceFolders: [{ uri: 'file:///workspace', name: 'workspace' }] };
  await editor.sendRequest('initialize', { processId: null, ...roots, capabilities: { workspace }, initializationOptions });
  await editor.sendNotification('initialized', {});
});
afterEach(async () => {
  await editor.sendRequest('shutdown');
  editor.dispose();
});

describe('diagnostics', () => {
  test('appear, follow the edits, and go', async () => {
    await open('[Servce]\nExecStart=/bin/true\n');
    expect(await codes()).toEqual(['unit/unknown-section']);
    expect(published.at(-1)?.diagnostics[0]?.codeDescription?.href).toBe('file:///docs/unit/unknown-section.md');
    await change([{ range: { start: position(0, 5), end: position(0, 5) }, text: 'i' }]);
    expect(await codes()).toEqual([]);
    await change([{ range: { start: position(1, 0), end: position(1, 1) }, text: 'e' }]);
    expect(await codes()).toEqual(['unit/unknown-directive']);
    await editor.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await vi.waitFor(() => expect(published.at(-1)).toEqual({ uri, diagnostics: [] }));
  });

  test('follow the files around, open or not', async () => {
    const unit = '/image/usr/lib/systemd/system/hello.service';
    disk.set(unit, bytes('[Service]\n'));
    await open('[Service]\nExecStart=/bin/true\n', 'systemd-unit', `file://${unit}`);
    expect(await codes(`file://${unit}`)).toEqual([]);
    await open('[Service]\nExecStart=/bin/false\n');
    expect(await codes()).toEqual(['unit/several-commands']);
    const textDocument = { uri: `file://${unit}`, version: 2 };
    await editor.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text: '[Service]\nType=oneshot\n' }] });
    await settled([]);
    await editor.sendNotification('textDocument/didClose', { textDocument });
    disk.set(unit, bytes('[Service]\nExecStart=/bin/true\n'));
    await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: `file://${unit}`, type: 2 }] });
    await settled(['unit/several-commands']);
  });

  test('follow the systemd that judges', async () => {
    await open('[Service]\nExecStart=/bin/true\nRestartSteps=3\n');
    expect(await codes()).toEqual([]);
    await target({ systemd: 252, source: 'host build-vm' });
    await settled(['unit/too-new']);
    expect(published.at(-1)?.diagnostics[0]?.message).toContain('systemd 252 (host build-vm)');
    await target({ systemd: 257, source: 'setting' });
    await settled([]);
  });

  test('follow the setting where no target was named', async () => {
    setting = 253;
    await editor.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    await open('[Service]\nRestartSteps=3\n');
    await settled(['unit/too-new']);
    setting = 'nonsense';
    await editor.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    setting = 254;
    await editor.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    await settled([]);
  });

  test.each([
    ['untitled:Untitled-1', 'systemd-unit', ['unit/unknown-section']],
    ['file:///a/b.socket.d/x.conf', 'systemd-unit', ['unit/unknown-section']],
    ['file:///usr/lib/os-release', 'os-release', ['advice/skipped-line']],
    ['file:///usr/share/dbus-1/services/org.example.service', 'systemd-unit', []],
  ])('of %s (%s)', async (at, language, expected) => {
    await open('[D-BUS Service]\nName=x\n', language, at);
    expect(await codes(at)).toEqual(expected);
  });
});

describe('bytes outside UTF-8', () => {
  const path = '/image/usr/lib/systemd/system/hello.service.d/x.conf';
  const place = async () => {
    await codes();
    return published.at(-1)?.diagnostics.find(d => d.code === 'unit/not-utf8')?.range.start;
  };

  test.each([
    ['as replacement characters', '[Service]\n# caf\ufffd\nA=caf\ufffd\n'],
    ['as Latin-1', '[Service]\n# café\nA=café\n'],
    ['with other line ends', '[Service]\r\n# caf\ufffd\r\nA=caf\ufffd\r\n'],
  ])('are found on disk while the editor shows them %s', async (_, shown) => {
    disk.set(path, bytes('[Service]\n# caf\xe9\nA=caf\xe9\n'));
    await open(shown);
    await vi.waitFor(async () => expect(await place()).toEqual(position(2, 5)));
  });

  test('behind a byte order mark, which the editor does not show', async () => {
    disk.set(path, bytes('\xef\xbb\xbf[\xff]\n'));
    await open('[\ufffd]\n');
    await vi.waitFor(async () => expect(await place()).toEqual(position(0, 1)));
  });

  test('a byte order mark makes a comment a line', async () => {
    disk.set(path, bytes('\xef\xbb\xbf# x\n'));
    await open('# x\n');
    await settled(['unit/outside-section']);
  });

  test('move with an edit, and go once the file is saved as UTF-8', async () => {
    disk.set(path, bytes('[Service]\nX-A=\xff\n'));
    await open('[Service]\nX-A=\ufffd\n');
    await vi.waitFor(async () => expect(await place()).toEqual(position(1, 4)));
    await change([{ range: { start: position(0, 0), end: position(0, 0) }, text: '# \ufffd\n' }]);
    expect(await place()).toEqual(position(2, 4));
    disk.set(path, new TextEncoder().encode('# \ufffd\n[Service]\nX-A=\ufffd\n'));
    await editor.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await settled([]);
  });

  test('are found when the editor reads the file anew', async () => {
    await open('[Service]\n');
    expect(await codes()).toEqual([]);
    disk.set(path, bytes('[Service]\nX-A=\xff\n'));
    await change([{ text: '[Service]\nX-A=\ufffd\n' }]);
    await settled(['unit/not-utf8']);
  });

  test('a replacement character that is really in the file is fine', async () => {
    disk.set(path, new TextEncoder().encode('[Service]\nX-A=\ufffd\n'));
    await open('[Service]\nX-A=\ufffd\n');
    await change([{ range: { start: position(0, 0), end: position(0, 0) }, text: '\n' }]);
    expect(await codes()).toEqual([]);
  });
});

describe('requests', () => {
  test('quick fixes', async () => {
    await open('[Servce]\n');
    await codes();
    const range = { start: position(0, 2), end: position(0, 2) };
    const context = { diagnostics: published.at(-1)?.diagnostics ?? [] };
    const actions = await editor.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range, context });
    expect(actions[0]).toMatchObject({ title: 'Change to [Service]', edit: { changes: { [uri]: [{ newText: 'Service' }] } } });
    expect(actions.map(a => a.title).slice(1)).toEqual([
      'Silence unit/unknown-section for this line',
      'Silence unit/unknown-section in this file',
    ]);
    expect(actions[0]?.diagnostics).toHaveLength(1);
  });

  test('images', async () => {
    expect(await editor.sendRequest<ImagesResult>(methods.images, { folders: ['/x'] })).toEqual({ images: [image] });
  });

  test('a failure is answered and told, and the server goes on', async () => {
    await expect(editor.sendRequest(methods.images, { folders: ['/broken'] })).rejects.toThrow('the disk is on fire');
    await expect(editor.sendRequest(methods.images, { folders: 'nonsense' })).rejects.toThrow('folders');
    await target({ systemd: 'nonsense' });
    await target(null);
    await vi.waitFor(() => expect(logged.filter(l => /changing the target/.test(l))).toHaveLength(2));
    await open('[Foo]');
    expect(await codes()).toEqual(['unit/unknown-section']);
  });
});

describe('portable-lint.json', () => {
  let folder: string;
  const at = (name: string) => `file://${folder}/${name}`;
  const config = () => at('portable-lint.json');
  const unit = () => at('hello.service.d/x.conf');
  const configure = (text: string) => {
    writeFileSync(join(folder, 'portable-lint.json'), text);
    disk.set(join(folder, 'portable-lint.json'), new TextEncoder().encode(text));
  };
  /** What the editor says of how a document is silenced: the titles of its actions for the finding on a line. */
  const titles = async (uri: string, line: number) => {
    await codes(uri);
    const range = { start: position(line, 0), end: position(line, 3) };
    const context = { diagnostics: published.findLast(p => p.uri === uri)?.diagnostics ?? [] };
    const actions = await editor.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range, context });
    return actions;
  };
  const saidOf = (uri: string) => published.findLast(p => p.uri === uri)?.diagnostics.map(d => d.message);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'language-server-'));
    mkdirSync(join(folder, 'hello.service.d'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('on disk says who judges and what counts, and is read again when it changed', async () => {
    configure('{"systemd": 252, "rules": {"unit/unknown-directive": "error"}}');
    await open('[Service]\nFoo=1\nOpenFile=/etc/hostname\n', 'systemd-unit', unit());
    await vi.waitFor(async () => expect(await codes(unit())).toEqual(['unit/unknown-directive', 'unit/too-new']));
    expect(published.at(-1)?.diagnostics.map(d => d.severity)).toEqual([1, 2]);
    expect(published.at(-1)?.diagnostics[1]?.message).toContain('systemd 252 (portable-lint.json)');
    expect(judges.at(-1)).toEqual({ uri: unit(), systemd: 252, source: 'portable-lint.json', file: join(folder, 'portable-lint.json') });
    rmSync(join(folder, 'portable-lint.json'));
    await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: config(), type: 3 }] });
    await vi.waitFor(async () => expect(await codes(unit())).toEqual(['unit/unknown-directive']));
    expect(judges.at(-1)).toEqual({ uri: unit(), systemd: 262, source: 'setting' });
  });

  test('counts more than the active host', async () => {
    configure('{"systemd": 252}');
    await target({ systemd: 262, source: 'host build-vm' });
    await open('[Service]\nOpenFile=/etc/hostname\n', 'systemd-unit', unit());
    await vi.waitFor(async () => expect(await codes(unit())).toEqual(['unit/too-new']));
  });

  test('counts as it is being edited, with its mistakes underlined', async () => {
    await open('[Service]\nFoo=1\n', 'systemd-unit', unit());
    await vi.waitFor(async () => expect(await codes(unit())).toEqual(['unit/unknown-directive']));
    const textDocument = { uri: config(), languageId: 'json', version: 1, text: '{"rules": {"unit/*": "off"}}' };
    await editor.sendNotification('textDocument/didOpen', { textDocument });
    await vi.waitFor(async () => expect(await codes(unit())).toEqual([]));
    const edited = { textDocument: { uri: config(), version: 2 }, contentChanges: [{ text: '{"rules": {"unit/*": "of"}}' }] };
    await editor.sendNotification('textDocument/didChange', edited);
    await vi.waitFor(() => expect(saidOf(config())).toEqual(['rules: expected off, hint, info, warning or error, in double quotes']));
    expect(await codes(unit())).toEqual(['unit/unknown-directive']);
    await editor.sendNotification('textDocument/didClose', { textDocument: { uri: config() } });
    await vi.waitFor(() => expect(saidOf(config())).toEqual([]));
  });

  test('leaves files out, and a baseline takes what was there', async () => {
    writeFileSync(join(folder, 'base.json'), '{"version": 1, "files": {"hello.service.d/x.conf": {"unit/unknown-directive": ["Foo=1"]}}}');
    configure('{"baseline": "base.json", "ignore": ["*.socket"]}');
    await open('[Service]\n  Foo=1\nFoo=2\n', 'systemd-unit', unit());
    await vi.waitFor(async () => expect(await codes(unit())).toEqual(['unit/unknown-directive']));
    expect(published.at(-1)?.diagnostics[0]?.range.start.line).toBe(2);
    await open('[Foo]\n', 'systemd-unit', at('a.socket'));
    expect(await codes(at('a.socket'))).toEqual([]);
  });

  test('silences for the workspace', async () => {
    configure('{}');
    await open('[Service]\nFoo=1\n', 'systemd-unit', unit());
    const action = (await titles(unit(), 1)).find(a => /workspace/.test(a.title));
    expect(action?.edit?.documentChanges).toMatchObject([
      { textDocument: { uri: config(), version: null }, edits: [{ newText: expect.stringContaining('"unit/unknown-directive": "off"') }] },
    ]);
  });

  test('is made in the folder of the workspace where it is missing', async () => {
    const uri = 'file:///workspace/images/hello.service.d/x.conf';
    await open('[Service]\nFoo=1\n', 'systemd-unit', uri);
    const action = (await titles(uri, 1)).find(a => /workspace/.test(a.title));
    expect(action?.edit?.documentChanges).toMatchObject([
      { kind: 'create', uri: 'file:///workspace/portable-lint.json' },
      { textDocument: { uri: 'file:///workspace/portable-lint.json' }, edits: [{ newText: expect.stringMatching(/^\{\n/) }] },
    ]);
  });

  test('nothing that would change it is offered for a read-only file', async () => {
    const uri = at('readonly.service.d/x.conf');
    await open('[Servce]\n', 'systemd-unit', uri);
    expect((await titles(uri, 0)).map(a => a.title)).toEqual([]);
    configure('{}');
    await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: config(), type: 1 }] });
    expect((await titles(uri, 0)).map(a => a.title)).toEqual(['Silence unit/unknown-section in this workspace (portable-lint.json)']);
  });
});

test('sections fold', async () => {
  await open('[Service]\nX-A=1\nX-B=1\n');
  expect(await editor.sendRequest('textDocument/foldingRange', { textDocument: { uri } })).toEqual([
    { startLine: 0, endLine: 2, kind: 'region' },
  ]);
});

test('images are opened for the architecture of the active host', async () => {
  for (const host of [{ name: 'pi', architecture: 'arm64' }, undefined]) await editor.sendNotification(methods.host, { host });
  await vi.waitFor(() => expect(openedFor).toEqual(['arm64', undefined]));
});

test('directives are explained for the systemd that judges', async () => {
  await open('[Service]\nRestartSteps=3\n');
  const ask = (line: number, character: number) =>
    editor.sendRequest('textDocument/hover', { textDocument: { uri }, position: position(line, character) });
  expect(await ask(1, 3)).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringContaining('In how many steps') },
    range: { start: position(1, 0), end: position(1, 12) },
  });
  expect(await ask(1, 13)).toBeNull();
  await target({ systemd: 252, source: 'host pi' });
  expect(await ask(1, 3)).toMatchObject({ contents: { value: expect.stringContaining('Not known to systemd 252 \\(host pi\\)') } });
});

test('what may come next is offered, and explained when it is looked at', async () => {
  await open('[Service]\nRest\n');
  const at = (line: number, character: number) =>
    editor.sendRequest<CompletionItem[]>('textDocument/completion', { textDocument: { uri }, position: position(line, character) });
  const restart = (await at(1, 4)).find(({ label }) => label === 'Restart');
  expect(restart?.textEdit).toEqual({ range: { start: position(1, 0), end: position(1, 4) }, newText: 'Restart=' });
  const explained = await editor.sendRequest('completionItem/resolve', restart);
  expect(explained).toMatchObject({ documentation: { kind: 'markdown', value: expect.stringContaining('starts the service again') } });
  await change([{ range: { start: position(1, 0), end: position(1, 4) }, text: 'Restart=' }]);
  expect((await at(1, 8)).map(({ label }) => label)).toContain('on-failure');
});
