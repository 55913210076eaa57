/** What is deployed is what was saved: files of an image that are being edited are saved first, as they are before a program is run. */
import { isAbsolute, relative } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forNotification } from '../common/sinks.ts';

/** Saves what is open of the image. False where that failed, which is told. */
export async function saveFilesOf(image: ImageFacts): Promise<boolean> {
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && isBelow(uri.fsPath, image.path),
  );
  for (const document of unsaved) {
    if (await document.save()) continue;
    const text = l10n.t('{0} was not deployed, because {1} could not be saved.', image.name, relative(image.path, document.uri.fsPath));
    void vscode.window.showErrorMessage(forNotification(text));
    return false;
  }
  return true;
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
