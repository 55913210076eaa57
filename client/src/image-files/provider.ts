/** The read-only file system `portable-image:`. */
import { basename, dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type ImagePath, type InsideKind, type InsideStat, shownName } from '../../../server/src/protocol-inside.ts';
import { debounce } from '../common/coalesce.ts';
import { systemClock } from '../hosts/clock.ts';
import { placeAt } from './address.ts';
import { failureWords } from './failures.ts';
import { type AskInside, InsideError, listInside, readWhole, statInside } from './reading.ts';

/** A build writes for a while: an image is read anew when it has been quiet for this long, in ms. */
const quiet = 500;

/** The half of VS Code's interface that reads. */
export type ImageFileSystem = Pick<vscode.FileSystemProvider, 'stat' | 'readDirectory' | 'readFile'> & {
  /** Calls back with the addresses that may have another content, until disposed. */
  watch(uri: vscode.Uri, recursive: boolean, changed: (uris: readonly vscode.Uri[]) => void): vscode.Disposable;
};

const types: Readonly<Record<InsideKind, vscode.FileType>> = {
  file: vscode.FileType.File,
  directory: vscode.FileType.Directory,
  link: vscode.FileType.SymbolicLink,
  special: vscode.FileType.Unknown,
};

/** VS Code wants to know of links also what they lead to. */
const typeOf = (kind: InsideKind, leadsTo: InsideKind | undefined): vscode.FileType => types[kind] | (leadsTo ? types[leadsTo] : 0);

/** Reads through the server. */
export function createImageFileSystem(ask: AskInside): ImageFileSystem {
  return {
    stat: uri => telling(uri, async place => fileStat(await statInside(ask, place))),
    readDirectory: uri =>
      telling(uri, async place =>
        (await listInside(ask, place)).map(({ name, kind, leadsTo }) => [shownName(name), typeOf(kind, leadsTo)]),
      ),
    readFile: uri => telling(uri, place => readWhole(ask, place)),
    watch,
  };
}

/** VS Code takes a file for unchanged whose time and size are: a little of the image's state is put into the time, for builds that set all times alike. */
function fileStat({ kind, leadsTo, size, modified, state }: InsideStat): vscode.FileStat {
  let hash = 0;
  for (const c of state) hash = (hash * 31 + c.charCodeAt(0)) % 60_000;
  const mtime = modified * 1000 + hash;
  return {
    type: typeOf(kind, leadsTo?.kind),
    size: leadsTo?.size ?? size,
    ctime: mtime,
    mtime,
    permissions: vscode.FilePermission.Readonly,
  };
}

/** Turns a failure into one that VS Code shows. */
async function telling<T>(uri: vscode.Uri, work: (place: ImagePath) => Promise<T>): Promise<T> {
  const place = placeAt(uri);
  if (!place) throw vscode.FileSystemError.FileNotFound(uri);
  try {
    return await work(place);
  } catch (error) {
    if (!(error instanceof InsideError)) throw error;
    const { failure } = error;
    const words = l10n.t('{0} of {1}: {2}', place.path, place.image, failureWords(failure));
    if (failure.kind === 'missing') throw vscode.FileSystemError.FileNotFound(uri);
    if (failure.kind === 'denied') throw vscode.FileSystemError.NoPermissions(words);
    throw vscode.FileSystemError.Unavailable(words);
  }
}

function watch(uri: vscode.Uri, recursive: boolean, changed: (uris: readonly vscode.Uri[]) => void): vscode.Disposable {
  const image = placeAt(uri)?.image;
  if (image === undefined) return new vscode.Disposable(() => {});
  const later = debounce(systemClock, quiet, () => {
    const open = vscode.workspace.textDocuments.map(document => document.uri).filter(other => placeAt(other)?.image === image);
    changed(recursive ? [uri, ...open] : [uri]);
    if (recursive) void vscode.commands.executeCommand('workbench.files.action.refreshFilesExplorer');
  });
  const name = basename(image).replace(/[[\]{}*?]/g, '[$&]');
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(dirname(image)), name));
  watcher.onDidCreate(later.request);
  watcher.onDidChange(later.request);
  watcher.onDidDelete(later.request);
  return new vscode.Disposable(() => {
    later.cancel();
    watcher.dispose();
  });
}
