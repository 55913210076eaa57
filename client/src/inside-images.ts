/** The way into images: registers their file system, and loads what does the work when it is needed first. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { imageScheme } from '../../server/src/protocol-inside.ts';
import type { LanguageServer } from './language-client.ts';

type ImageFiles = typeof import('./image-files/index.ts');

/** What commands and views do with the inside of images. */
export interface InsideImages {
  readonly ask: LanguageServer['insideImage'];
  readonly compare: LanguageServer['compareImages'];
  /** Does it with the bundle that can. What an image refuses is thrown as a HostFailure. */
  use<T>(work: (files: ImageFiles) => T | Promise<T>): Promise<T>;
  dispose(): void;
}

/** Registers `portable-image:`. Nothing is loaded yet. */
export function createInsideImages({ insideImage: ask, compareImages: compare }: LanguageServer): InsideImages {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  let loaded: Promise<ImageFiles> | undefined;
  let system: ReturnType<ImageFiles['createImageFileSystem']> | undefined;
  const load = (): Promise<ImageFiles> => {
    loaded ??= import('./image-files/index.ts');
    return loaded;
  };
  const files = async () => {
    const { createImageFileSystem } = await load();
    system ??= createImageFileSystem(ask);
    return system;
  };
  const refuse = (uri: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const registered = vscode.workspace.registerFileSystemProvider(
    imageScheme,
    {
      onDidChangeFile: changed.event,
      watch(uri, { recursive }) {
        let watching: vscode.Disposable | undefined;
        let over = false;
        const tell = (uris: readonly vscode.Uri[]) => changed.fire(uris.map(each => ({ type: vscode.FileChangeType.Changed, uri: each })));
        void files().then(({ watch }) => {
          if (!over) watching = watch(uri, recursive, tell);
        });
        return new vscode.Disposable(() => {
          over = true;
          watching?.dispose();
        });
      },
      stat: async uri => (await files()).stat(uri),
      readDirectory: async uri => (await files()).readDirectory(uri),
      readFile: async uri => (await files()).readFile(uri),
      createDirectory: refuse,
      writeFile: refuse,
      delete: refuse,
      rename: refuse,
    },
    {
      isCaseSensitive: true,
      isReadonly: new vscode.MarkdownString(
        l10n.t('This file lies inside an image, which is only read. Change the tree that the image is made from, and build it anew.'),
      ),
    },
  );
  return {
    ask,
    compare,
    async use(work) {
      const module = await load();
      try {
        return await work(module);
      } catch (error) {
        throw error instanceof module.InsideError ? module.insideFailure(error.place, error.failure) : error;
      }
    },
    dispose: () => vscode.Disposable.from(registered, changed).dispose(),
  };
}
