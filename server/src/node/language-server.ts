/** The language server over a connection: documents in, diagnostics and quick fixes out. Everything it touches outside is handed in. */
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  type Disposable,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { versions } from '../catalogue/catalogue.ts';
import { diagnosticsOf } from '../features/diagnostics.ts';
import type { JudgedUnit } from '../features/judge.ts';
import type { JudgedRelease } from '../features/judge-release.ts';
import { type JudgeParams, type LocateResult, methods } from '../protocol.ts';
import { imageScheme } from '../protocol-inside.ts';
import { releaseKindOf } from '../rules/portable/release-file.ts';
import type { Target } from '../rules/rule.ts';
import { sectionsByKind } from '../unit/unit-file.ts';
import type { Configurations, OpenTexts } from './documents/configurations.ts';
import { countingDocuments } from './documents/counting-documents.ts';
import { documentPath } from './documents/document-path.ts';
import { editorConfiguration, isConfiguration } from './documents/editor-configuration.ts';
import { judgedDocuments } from './documents/judged-documents.ts';
import { judgedReleases, releasePath } from './documents/judged-releases.ts';
import { isLocateParams, locate } from './documents/locate.ts';
import type { UnitDisk } from './documents/neighbourhoods.ts';
import { answering, reacting } from './handlers.ts';
import { answerImageRequests, type ImageWorld } from './image-requests.ts';
import { askingImages, type ImageKnowledge } from './images/ask-images.ts';
import { besideOf, type TreeReader } from './images/tree-facts.ts';
import { field, versionOf } from './message-fields.ts';
import { answerProfileRequests, profileRequests } from './profile-requests.ts';
import { answerTypingRequests } from './typing-requests.ts';

/** What the server needs of the world. */
export interface ServerWorld extends ImageWorld, ImageKnowledge {
  /** The bytes of a file, undefined where it cannot be read or is too big for a unit. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  /** The unit files of this machine's disk; without it each document is judged by itself. */
  readonly units?: UnitDisk;
  /** The image trees of this machine's disk, behind the release files that are open; without it, nothing is said of images. */
  readonly trees?: (open: (path: string) => string | undefined) => TreeReader;
  /** Whether the user may change a file. */
  readonly writable: (path: string) => boolean;
  /** The portable-lint.json files of this machine's disk, behind those that are open. */
  readonly configurations: (open: OpenTexts) => Configurations;
  /** The address of a rule's page, where there is one. */
  readonly page: (code: string) => string | undefined;
}

const section = 'portableServices';

const types = `{${Object.keys(sectionsByKind).join(',')}}`;
/** Files that count for open documents: the configuration, a baseline of the usual name, and unit files with their drop-ins. */
const watched = [
  '**/portable-lint*.json',
  '**/{os-release,extension-release.*}',
  `**/*.${types}`,
  `**/*.${types}.*`,
  '**/*.d/*.conf',
  '**/*.d',
  '**/*.raw',
  '**/{bin,sbin,libexec}/*',
];

/** Serves a connection until it closes. */
export function startLanguageServer(connection: Connection, world: ServerWorld): void {
  const documents = new TextDocuments(TextDocument);
  const counting = countingDocuments(documents);
  const trees = world.trees?.(counting.releaseAt);
  const judgedOnes = judgedDocuments(counting.get, world.readFile, world.units, trees, world.images);
  const releases = judgedReleases(trees);
  const configured = editorConfiguration(connection, documents, world);
  const waiting = new Set<string>();
  let scheduled = false;
  /** What the editor can do: answer for settings, tell of their changes and of those of files, and show who judges. */
  const editor = { settings: false, settingsWatched: false, filesWatched: false, judges: false, lenses: false, makesFiles: false };
  /** Who was last said to judge a document. */
  const judges = new Map<string, Target>();
  /** What the client said, which is about a real host where one is active, and what the setting says. */
  const targets: { said?: Target; setting: Target } = { setting: { systemd: versions.newest } };
  const profiles = profileRequests();
  const targetOf = (uri: string): Target => {
    const { target, profile } = configured.of(uri);
    return profiles.withProfile(target ?? targets.said ?? targets.setting, profile);
  };
  const judge = (document: TextDocument): JudgedUnit | JudgedRelease | undefined => {
    const { control, leftOut } = configured.of(document.uri);
    if (leftOut) return undefined;
    const target = targetOf(document.uri);
    return releases.judge(document, target, control) ?? judgedOnes.judge(document, target, control);
  };

  const tell = (what: string, error: unknown) =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const answer = answering(tell);
  const react = reacting(tell);

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { workspace } = params.capabilities;
    editor.settings = workspace?.configuration === true;
    editor.settingsWatched = workspace?.didChangeConfiguration?.dynamicRegistration === true;
    editor.filesWatched = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    const operations = workspace?.workspaceEdit?.documentChanges ? (workspace.workspaceEdit.resourceOperations ?? []) : [];
    editor.makesFiles = ['create', 'rename', 'delete'].every(operation => operations.some(known => known === operation));
    editor.judges = field(params.initializationOptions, 'judges') === true;
    editor.lenses = editor.judges && workspace?.codeLens?.refreshSupport === true;
    configured.initialize(params);
    const systemd = versionOf(field(params.initializationOptions, 'systemdVersion'));
    if (systemd !== undefined) targets.setting = { systemd };
    return {
      serverInfo: { name: 'portable-services-language-server' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        codeActionProvider: { codeActionKinds: ['quickfix', 'refactor.rewrite'] },
        // the commands of a lens are those of our own client
        ...(editor.judges && { codeLensProvider: {} }),
        foldingRangeProvider: true,
        hoverProvider: true,
        inlayHintProvider: true,
        completionProvider: { triggerCharacters: ['[', '='], resolveProvider: true },
      },
    };
  });

  connection.onInitialized(
    react('reading the settings', async () => {
      if (editor.settingsWatched) await connection.client.register(DidChangeConfigurationNotification.type, { section });
      if (editor.filesWatched) {
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: watched.map(globPattern => ({ globPattern })),
        });
      }
      await readSetting();
    }),
  );
  connection.onDidChangeConfiguration(react('reading the settings', readSetting));

  async function readSetting() {
    if (!editor.settings) return;
    const systemd = versionOf(await connection.workspace.getConfiguration(`${section}.systemdVersion`));
    if (systemd !== undefined) targets.setting = { systemd };
    publishAll();
  }

  function configurationChanged() {
    configured.forget();
    publishAll();
    schedule();
  }
  connection.onDidChangeWatchedFiles(
    react('reading changed files', ({ changes }: DidChangeWatchedFilesParams) => {
      const units = changes.filter(({ uri }) => !uri.endsWith('.json'));
      if (units.length < changes.length) configurationChanged();
      counting.changedOnDisk(units);
      treesChanged(units.filter(({ uri, type }) => type !== FileChangeType.Changed || isRelease(uri)).map(({ uri }) => uri));
      judgedOnes.changedOnDisk(units.map(({ uri, type }) => ({ uri, what: type === FileChangeType.Changed ? 'written' : 'moved' })));
      for (const { uri } of units) world.raws?.doubt(documentPath(uri) ?? '');
      schedule();
    }),
  );

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

  const systemd = () => (targets.said ?? targets.setting).systemd;
  const controlAt = (path: string) => {
    const { control, leftOut } = configured.of(URI.file(path).toString());
    return leftOut ? undefined : control;
  };
  answerImageRequests(connection, world, answer, { ...profiles, systemd, controlAt });
  const judgedAt = (uri: string): JudgedUnit | JudgedRelease | undefined => {
    const document = documents.get(uri);
    return document && judge(document);
  };
  const unitAt = (uri: string): JudgedUnit | undefined => {
    const judged = judgedAt(uri);
    return judged && !('release' in judged) ? judged : undefined;
  };
  answerProfileRequests(
    connection,
    profiles,
    { judged: unitAt, targetOf, changed: publishAll, hostChanged: () => world.openFor(profiles.host()?.architecture) },
    answer,
  );
  connection.onRequest(
    methods.locate,
    answer('looking for a directive', async (params: unknown): Promise<LocateResult | null> => {
      if (!isLocateParams(params)) throw new Error(`${methods.locate} names no directive`);
      const path = documentPath(params.uri);
      const bytes = path === undefined ? undefined : await world.readFile(path);
      const text = documents.get(params.uri)?.getText() ?? (bytes && new TextDecoder().decode(bytes));
      return (text !== undefined && locate(text, params)) || null;
    }),
  );

  answerTypingRequests(
    connection,
    {
      document: uri => documents.get(uri),
      judgedAt,
      unitAt,
      targetOf,
      configured,
      profiles,
      writable: world.writable,
      makesFiles: () => editor.makesFiles,
    },
    answer,
  );

  /** What lies in some trees is another: the documents in them, and beside them, are judged by that. */
  function treesChanged(uris: readonly string[]) {
    const places = new Set(uris.flatMap(uri => besideOf(documentPath(uri) ?? '') ?? []));
    if (!trees || places.size === 0) return;
    for (const uri of uris) trees.forget(documentPath(uri) ?? '');
    for (const uri of inTrees(places)) schedule(uri);
  }

  const look = react('reading a document', async ({ document }: { readonly document: TextDocument }) => {
    if (!editor.filesWatched) configured.forget();
    if (!editor.filesWatched || isRelease(document.uri)) treesChanged([document.uri]);
    world.raws?.doubt(documentPath(document.uri) ?? '');
    // files outside of the workspace are not watched
    await judgedOnes.look(document, !editor.filesWatched || !configured.inWorkspace(document.uri));
    if (!documents.get(document.uri)) judgedOnes.forget(document.uri); // closed meanwhile
    schedule(document.uri);
  });
  documents.onDidOpen(look);
  documents.onDidSave(look);
  documents.onDidChangeContent(({ document }) => {
    if (isConfiguration(document.uri)) return configurationChanged();
    counting.counts(document.uri);
    if (releasePath(document) !== undefined) treesChanged([document.uri]);
    judgedOnes.edited(document.uri);
    schedule(document.uri);
    // the editor may have read the file anew, and this is what it shows in the place of bytes that it cannot decode
    const reread = document.getText().includes('\ufffd') || document.uri.startsWith(`${imageScheme}:`);
    if (document.version > 1 && reread) void look({ document });
  });
  documents.onDidClose(({ document: { uri } }) => {
    if (isConfiguration(uri)) return configurationChanged(); // the disk's text counts again
    judgedOnes.forget(uri);
    releases.forget(uri);
    counting.counts(uri);
    if (isRelease(uri)) treesChanged([uri]);
    judges.delete(uri);
    schedule();
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  const listening: Disposable = documents.listen(connection);
  connection.onShutdown(() => listening.dispose());
  connection.listen();

  const inTrees = (directories: ReadonlySet<string>) =>
    documents.keys().filter(uri => directories.has(besideOf(documentPath(uri) ?? '') ?? ''));
  /** Finds out what rules asked of images meanwhile; what is judged by the answers is judged again. */
  const askImages = askingImages(
    world,
    directories => {
      for (const directory of directories) trees?.forgetIn(directory);
      for (const uri of inTrees(new Set(directories))) schedule(uri);
      schedule();
    },
    error => tell('looking into images', error),
  );

  // Pushed, not pulled: every editor understands it, the work is a millisecond, and a new target or a reread file changes the answer
  // without an edit. Several changes that arrive together are judged once, and the version lets the editor drop what is late.
  function schedule(uri?: string) {
    if (!scheduled) {
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        const uris = new Set([...waiting, ...judgedOnes.affected()]);
        waiting.clear();
        for (const waited of uris) publish(waited);
        configured.publishProblems();
        askImages();
      });
    }
    if (uri !== undefined) waiting.add(uri);
  }

  function publishAll() {
    for (const uri of documents.keys()) schedule(uri);
    if (editor.lenses) connection.sendRequest('workspace/codeLens/refresh').catch(error => tell('refreshing code lenses', error));
  }

  function publish(uri: string) {
    const document = documents.get(uri);
    if (!document || isConfiguration(uri)) return;
    try {
      const judged = judge(document);
      if (judged) tellJudge(uri);
      const diagnostics = judged ? diagnosticsOf(judged, world.page, editor.judges) : [];
      connection
        .sendDiagnostics({ uri, version: document.version, diagnostics })
        .catch(error => tell(`sending diagnostics of ${uri}`, error));
    } catch (error) {
      tell(`judging ${uri}`, error);
    }
  }

  function tellJudge(uri: string) {
    const target = targetOf(uri);
    if (!editor.judges || judges.get(uri) === target) return;
    judges.set(uri, target);
    const { target: own, file } = configured.of(uri);
    const params: JudgeParams = { uri, systemd: target.systemd, source: target.source ?? 'setting', ...(own && file && { file }) };
    connection.sendNotification(methods.judge, params).catch(error => tell(`saying who judges ${uri}`, error));
  }
}

const isRelease = (uri: string): boolean => releaseKindOf(uri) !== undefined;
