/** Opens what lies in images: in editors, binary files in the hex editor where there is one, and whole images as folders. */
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { ImagePath } from '../../../server/src/protocol-inside.ts';
import { oneLine } from '../common/sinks.ts';
import { hostFailure } from '../hosts/errors.ts';
import { addressOf } from './address.ts';
import { type AskInside, isBinary, statInside } from './reading.ts';

/** The extension that shows bytes, and its editor. */
const hexEditor = { extension: 'ms-vscode.hexeditor', view: 'hexEditor.hexedit' };

/** Where an editor finds a place: the file itself in an image that is a directory, which can be written to, else its address. Throws an InsideError. */
export async function editedAt(ask: AskInside, place: ImagePath): Promise<vscode.Uri> {
  const { file, leadsTo } = await statInside(ask, place);
  if (file === undefined) return addressOf(place);
  return vscode.Uri.file(leadsTo ? join(place.image, leadsTo.path) : file);
}

/** Opens a file, `at` a place in its text. Throws an InsideError. */
export async function openInside(ask: AskInside, place: ImagePath, at?: { readonly text: string }): Promise<void> {
  const uri = await editedAt(ask, place);
  if ((await isBinary(ask, place)) && vscode.extensions.getExtension(hexEditor.extension)) {
    await vscode.commands.executeCommand('vscode.openWith', uri, hexEditor.view);
    return;
  }
  if (!at) {
    await vscode.commands.executeCommand('vscode.open', uri);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const start = document.getText().indexOf(at.text);
  const selection = start < 0 ? undefined : new vscode.Range(document.positionAt(start), document.positionAt(start + at.text.length));
  await vscode.window.showTextDocument(document, selection ? { selection } : {});
}

/** Adds an image to the folders of the workspace. Throws an InsideError where it cannot be read. */
export async function openAsFolder(ask: AskInside, image: Pick<ImageFacts, 'path' | 'name' | 'kind'>, partition?: number): Promise<void> {
  const place = { image: image.path, path: '/', ...(partition !== undefined && { partition }) };
  await statInside(ask, place);
  const uri = image.kind === 'directory' ? vscode.Uri.file(image.path) : addressOf(place);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const name = partition === undefined ? l10n.t('{0} (image)', image.name) : l10n.t('{0} (partition {1})', image.name, partition);
  const there = folders.some(folder => folder.uri.toString() === uri.toString());
  if (!there && !vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri, name: oneLine(name) }))
    throw hostFailure('refused', l10n.t('VS Code did not take {0} as a folder of this workspace.', image.name));
  await vscode.commands.executeCommand('workbench.view.explorer');
}
