// The server and an editor, joined in one process by two streams.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type CodeAction,
  createConnection,
  createMessageConnection,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { configurations } from '../../../server/src/node/configurations.ts';
import { startLanguageServer } from '../../../server/src/node/language-server.ts';
import { type ImageFacts, type ImagesResult, methods } from '../../../server/src/protocol.ts';

// a drop-in: of a whole unit, more would be said
const uri = 'file:///image/usr/lib/systemd/system/hello.service.d/x.conf';
const bytes = (latin1: string) => Uint8Array.from(latin1, c => c.charCodeAt(0));
const image: ImageFacts = { path: '/x/hello', name: 'hello', kind: 'directory', prefix: 'hello', units: [] };

let editor: MessageConnection;
let disk: Map<string, Uint8Array>;
let published: PublishDiagnosticsParams[];
let logged: string[];
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
  setting = 262;
  startLanguageServer(createConnection(up, down), {
    readFile: async path => disk.get(path),
    findImages: async folders => {
      if (folders.includes('/broken')) throw new Error('the disk is on fire');
      return [image];
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
  editor.onRequest('workspace/configuration', () => [setting]);
  editor.onRequest('client/registerCapability', () => null);
  editor.listen();
  const capabilities = { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } };
  await editor.sendRequest('initialize', { processId: null, rootUri: null, capabilities });
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
    ['file:///usr/lib/os-release', 'os-release', []],
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
