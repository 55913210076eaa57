/** New Profile from...: a profile in the workspace that begins as another one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainProfileName } from '../../../server/src/protocol-profiles.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import { chooseProfile, knownProfiles, type ProfileSources } from './compare-profiles.ts';

/** Writes it and opens it. */
export async function newProfile(context: ProfileSources): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const base = await chooseProfile(context, l10n.t('New profile: which one does it begin as?'));
  const source = base === undefined ? undefined : knownProfiles(context).get(base);
  if (base === undefined || !source) return;
  const known = knownProfiles(context);
  const name = await vscode.window.showInputBox({
    title: l10n.t('New profile from {0}', base),
    prompt: l10n.t('Its name: letters, digits, dashes, dots and underscores'),
    validateInput: value => {
      if (!plainProfileName.test(value))
        return l10n.t('Letters, digits, dashes, dots and underscores, and no dash or dot at the beginning.');
      return known.has(value) ? l10n.t('There is a profile {0} already.', value) : undefined;
    },
  });
  if (name === undefined) return;
  const uri = vscode.Uri.joinPath(folder, 'portable', 'profile', name, 'service.conf');
  const text = (await vscode.workspace.openTextDocument(source)).getText();
  if (await exists(uri)) {
    void vscode.window.showErrorMessage(forNotification(l10n.t('There is a file {0} already. Choose another name.', uri.fsPath)));
    return;
  }
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(withoutComments(text)));
  await vscode.window.showTextDocument(uri);
}

/** A profile's directives alone: what its comments say is of the other one. */
function withoutComments(text: string): string {
  const lines = text.split(/\r\n|[\r\n]/).filter(line => !/^\s*[#;]/.test(line));
  return `${lines.join('\n').trim()}\n`;
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  // an image that was opened as a folder is only read
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false,
  );
  if (folders.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('Open a folder first: the profile is written into it.'));
    return undefined;
  }
  if (folders.length === 1) return folders[0]?.uri;
  const items = folders.map(({ name, uri }) => ({ label: withoutIcons(name), description: withoutIcons(uri.fsPath), uri }));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('New profile: in which folder?'), matchOnDescription: true }))?.uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
