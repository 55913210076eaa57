/** The language server over a connection: documents in, diagnostics and quick fixes out. Everything it touches outside is handed in. */
import {
  type CancellationToken,
  type Connection,
  DidChangeConfigurationNotification,
  type Disposable,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { versions } from '../catalogue/catalogue.ts';
import { codeActionsOf } from '../features/code-actions.ts';
import { diagnosticsOf } from '../features/diagnostics.ts';
import { type ImageFacts, type ImagesResult, methods } from '../protocol.ts';
import type { Target } from '../rules/rule.ts';
import { judgedDocuments } from './judged-documents.ts';

/** What the server needs of the world. */
export interface ServerWorld {
  /** The bytes of a file, undefined where it cannot be read or is too big for a unit. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  readonly findImages: (folders: readonly string[]) => Promise<readonly ImageFacts[]>;
  /** The address of a rule's page, where there is one. */
  readonly page: (code: string) => string | undefined;
}

const section = 'portableServices';

/** Serves a connection until it closes. */
export function startLanguageServer(connection: Connection, world: ServerWorld): void {
  const documents = new TextDocuments(TextDocument);
  const judgedOnes = judgedDocuments(world.readFile);
  const waiting = new Set<string>();
  /** What the editor can do about settings. */
  const settings = { asked: false, watched: false };
  /** What the client said, which is about a real host where one is active, and what the setting says. */
  const targets: { said?: Target; setting: Target } = { setting: { systemd: versions.newest } };
  const target = (): Target => targets.said ?? targets.setting;

  const tell = (what: string, error: unknown) =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  /** One request's work: a failure is told in the log and to who asked, and ends nothing else. */
  const answer =
    <P, R>(what: string, work: (params: P) => R | Promise<R>) =>
    async (params: P, token: CancellationToken): Promise<R | ResponseError> => {
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, `${what} was cancelled`);
      try {
        return await work(params);
      } catch (error) {
        tell(what, error);
        return new ResponseError(LSPErrorCodes.RequestFailed, `${what} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
  /** The same for what nobody waits for. */
  const react =
    <P>(what: string, work: (params: P) => void | Promise<void>) =>
    async (params: P): Promise<void> => {
      try {
        await work(params);
      } catch (error) {
        tell(what, error);
      }
    };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { workspace } = params.capabilities;
    settings.asked = workspace?.configuration === true;
    settings.watched = workspace?.didChangeConfiguration?.dynamicRegistration === true;
    const systemd = versionOf(field(params.initializationOptions, 'systemdVersion'));
    if (systemd !== undefined) targets.setting = { systemd };
    return {
      serverInfo: { name: 'portable-services-language-server' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        codeActionProvider: { codeActionKinds: ['quickfix'] },
      },
    };
  });

  connection.onInitialized(
    react('reading the settings', async () => {
      if (settings.watched) await connection.client.register(DidChangeConfigurationNotification.type, { section });
      await readSetting();
    }),
  );
  connection.onDidChangeConfiguration(react('reading the settings', readSetting));

  async function readSetting() {
    if (!settings.asked) return;
    const systemd = versionOf(await connection.workspace.getConfiguration(`${section}.systemdVersion`));
    if (systemd !== undefined) targets.setting = { systemd };
    publishAll();
  }

  connection.onNotification(
    methods.target,
    react('changing the target', (params: unknown) => {
      const version = versionOf(field(params, 'systemd'));
      const source = field(params, 'source');
      if (version === undefined) throw new Error(`${methods.target} names no systemd version`);
      // a setting needs no owner in messages
      targets.said = { systemd: version, ...(typeof source === 'string' && source !== 'setting' && { source }) };
      publishAll();
    }),
  );

  connection.onRequest(
    methods.images,
    answer('finding images', async (params: unknown): Promise<ImagesResult> => {
      const folders = field(params, 'folders');
      if (!Array.isArray(folders) || !folders.every((f): f is string => typeof f === 'string'))
        throw new Error('folders is no list of paths');
      return { images: await world.findImages(folders) };
    }),
  );

  connection.onCodeAction(
    answer('quick fixes', ({ textDocument, range, context }) => {
      const document = documents.get(textDocument.uri);
      const judged = document && judgedOnes.judge(document, target());
      return judged ? codeActionsOf(judged, textDocument.uri, range, context.diagnostics) : [];
    }),
  );

  const look = react('reading a document', async ({ document }: { readonly document: TextDocument }) => {
    await judgedOnes.look(document);
    if (!documents.get(document.uri)) judgedOnes.forget(document.uri); // closed meanwhile
    schedule(document.uri);
  });
  documents.onDidOpen(look);
  documents.onDidSave(look);
  documents.onDidChangeContent(({ document }) => {
    schedule(document.uri);
    // the editor may have read the file anew, and this is what it shows in the place of bytes that it cannot decode
    if (document.version > 1 && document.getText().includes('\ufffd')) void look({ document });
  });
  documents.onDidClose(({ document: { uri } }) => {
    judgedOnes.forget(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  const listening: Disposable = documents.listen(connection);
  connection.onShutdown(() => listening.dispose());
  connection.listen();

  // Pushed, not pulled: every editor understands it, the work is a millisecond, and a new target or a reread file changes the answer
  // without an edit. Several changes that arrive together are judged once, and the version lets the editor drop what is late.
  function schedule(uri: string) {
    if (waiting.size === 0) {
      setImmediate(() => {
        const uris = [...waiting];
        waiting.clear();
        for (const waited of uris) publish(waited);
      });
    }
    waiting.add(uri);
  }

  function publishAll() {
    for (const uri of documents.keys()) schedule(uri);
  }

  function publish(uri: string) {
    const document = documents.get(uri);
    if (!document) return;
    try {
      const judged = judgedOnes.judge(document, target());
      const diagnostics = judged ? diagnosticsOf(judged, world.page) : [];
      connection
        .sendDiagnostics({ uri, version: document.version, diagnostics })
        .catch(error => tell(`sending diagnostics of ${uri}`, error));
    } catch (error) {
      tell(`judging ${uri}`, error);
    }
  }
}

/** A field of a message that may be anything. */
function field(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

/** A systemd version out of a setting or message; undefined where it is none. */
function versionOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1000 ? value : undefined;
}
