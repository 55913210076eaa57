/** Attach Image of Host: attaches an image anywhere on a host, by its path there. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { attachOnHost, remembered } from './attach-host-image.ts';
import { chooseHost } from './choose-host.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Asks for the path, on the row's host or the active one. */
export async function attachByPath(context: CommandContext, argument: unknown): Promise<void> {
  const { registry } = context;
  const host = hostOf(registry, argument) ?? registry.active() ?? (await chooseHost(context, l10n.t('Attach on which host?')));
  if (!host) return;
  const path = await vscode.window.showInputBox({
    title: l10n.t('Attach an image of {0}', host.name),
    prompt: l10n.t('The path of the image on that host, in a directory that only root can write to.'),
    placeHolder: '/var/lib/portables/hello_1.0.raw',
    validateInput: text => (text.startsWith('/') ? undefined : l10n.t('An absolute path starts with "/".')),
  });
  if (path !== undefined) await attachOnHost(context, host, path, remembered(context, host, path));
}
