/** Save As: a file or a folder of an image, on this machine. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { act } from '../common/act.ts';
import { forNotification } from '../common/sinks.ts';
import { hostFailure } from '../hosts/errors.ts';
import type { CommandContext } from './context.ts';
import { placeOf } from './inside-argument.ts';

export async function saveImageFile(context: CommandContext, argument: unknown): Promise<void> {
  const { inside, output } = context;
  const place = await placeOf(context, argument);
  if (!place) return;
  const name = place.path.slice(place.path.lastIndexOf('/') + 1);
  const title = l10n.t('Save {0} As', place.path);
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  const defaultUri = vscode.Uri.file(join(folder, await inside.use(files => files.savedName(name, process.platform))));
  const target = await vscode.window.showSaveDialog({ title, defaultUri });
  if (!target) return;
  if (target.scheme !== 'file') throw hostFailure('refused', l10n.t('{0} is no place on this machine.', target.toString()));
  const ended = await act(output, {
    title: l10n.t('Saving {0} as {1}', place.path, target.fsPath),
    run: progress => inside.use(files => files.saveInside(inside.ask, place, target.fsPath, progress)),
  });
  if (!ended.ok) return;
  const { files, left } = ended.value;
  const said = files === 1 ? l10n.t('Saved 1 file as {0}.', target.fsPath) : l10n.t('Saved {0} files as {1}.', files, target.fsPath);
  const not = left.length > 0 ? ` ${l10n.t('Devices, sockets and FIFOs were left out: {0}', left.slice(0, 3).join(', '))}` : '';
  void vscode.window.showInformationMessage(forNotification(said + not));
}
