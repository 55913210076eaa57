/** Choose systemd Version: says which systemd judges unit files where no host and no portable-lint.json does. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { saveSystemdVersion, systemdVersion, systemdVersions } from '../common/settings.ts';
import { withoutIcons } from '../common/sinks.ts';
import { judgeWords } from '../common/words.ts';
import type { CommandContext } from './context.ts';

interface Item extends vscode.QuickPickItem {
  readonly act?: () => unknown;
}

/** Lets the user choose a version, or go to what counts more than the setting for the file in front. */
export async function chooseSystemd({ language }: CommandContext): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const judge = uri === undefined ? undefined : language.judge(uri);
  const file = judge?.file;
  const items: Item[] = [];
  if (file !== undefined) {
    items.push({
      label: `$(json) ${l10n.t('Open {0}', 'portable-lint.json')}`,
      description: l10n.t('it counts more than hosts and settings'),
      act: () => vscode.window.showTextDocument(vscode.Uri.file(file)),
    });
  } else if (judge && judge.source !== 'setting') {
    items.push({
      label: `$(server) ${l10n.t('Choose another host...')}`,
      description: l10n.t('the active host counts more than the setting'),
      act: () => vscode.commands.executeCommand('portableServices.chooseHost'),
    });
  }
  if (items.length > 0) items.push({ label: l10n.t('Setting'), kind: vscode.QuickPickItemKind.Separator });
  const set = systemdVersion();
  for (const version of systemdVersions) {
    items.push({
      label: `systemd ${version}`,
      ...(version === set && { description: l10n.t('as set') }),
      act: () => saveSystemdVersion(version),
    });
  }
  const title = judge
    ? l10n.t('Unit files are judged as systemd {0} would: {1}', judge.systemd, withoutIcons(judgeWords(judge)))
    : undefined;
  const picked = await vscode.window.showQuickPick(items, { ...(title !== undefined && { title }) });
  await picked?.act?.();
}
