/** Watches the folders of images. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { debounce } from '../common/coalesce.ts';
import { onSettings } from '../common/settings.ts';
import { systemClock } from '../hosts/clock.ts';
import { concernsImages } from './model.ts';

/** A build writes many files at once: the list is read when it has been quiet for this long, in ms. */
const quiet = 500;

/** Calls back, once it is quiet, when something in the folders changed that the images depend on, or when the folders are others. */
export function watchFiles(folders: () => readonly string[], changed: () => void): vscode.Disposable {
  const later = debounce(systemClock, quiet, changed);
  let watchers: readonly vscode.Disposable[] = [];

  function hear(uri: vscode.Uri): void {
    if (concernsImages(uri.fsPath)) later.request();
  }
  function watch(): void {
    for (const watcher of watchers) watcher.dispose();
    watchers = folders().map(folder => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), '**/*'));
      watcher.onDidCreate(hear);
      watcher.onDidDelete(hear);
      watcher.onDidChange(uri => {
        if (/(\.raw|-release)$/.test(uri.path)) hear(uri); // what else changes inside is not part of the list
      });
      return watcher;
    });
  }
  const others = () => {
    watch();
    later.request();
  };
  const listeners = [vscode.workspace.onDidChangeWorkspaceFolders(others), onSettings(['imageFolders'], others)];
  watch();
  return new vscode.Disposable(() => {
    later.cancel();
    for (const one of [...watchers, ...listeners]) one.dispose();
  });
}

/** Calls back at every change of an image: of a directory, whatever lies below it; of a raw image, the file. */
export function watchImage(path: string, changed: () => void): vscode.Disposable {
  const below = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(path), '**/*'));
  const itself = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path).replace(/[[\]{}*?]/g, '[$&]')),
  );
  for (const watcher of [below, itself]) {
    watcher.onDidCreate(changed);
    watcher.onDidChange(changed);
    watcher.onDidDelete(changed);
  }
  return vscode.Disposable.from(below, itself);
}
