/** Set Up Rights: shows what would let this user attach images on a host, what that really grants, and copies the one line for it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { act } from '../common/act.ts';
import { definitionId, readHosts, settingEntry } from '../common/host-settings.ts';
import { hostEntries, saveHosts } from '../common/settings.ts';
import { forNotification, forOutput } from '../common/sinks.ts';
import { asRoot, canBeSetUp, type SetUpKind, whatItGrants } from '../hosts/attach/rights.ts';
import type { Host } from '../hosts/contract.ts';
import { chooseHost } from './choose-host.ts';
import { connect } from './connect.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Helps with the rights on the row's host, or on the active one. */
export async function setUpRights(context: CommandContext, argument: unknown): Promise<void> {
  const { registry } = context;
  const host = hostOf(registry, argument) ?? registry.active() ?? (await chooseHost(context, l10n.t('Set up rights on which host?')));
  if (!host) return;
  const { definition } = host;
  if (!canBeSetUp(definition)) {
    const text = l10n.t('{0}: only hosts that are reached over ssh, in system scope, can be set up from here.', host.name);
    void vscode.window.showInformationMessage(forNotification(text));
    return;
  }
  const ways: readonly (vscode.QuickPickItem & { readonly kindOfSetUp?: SetUpKind })[] = [
    { label: '$(shield) sudo', detail: l10n.t('One line in sudoers: brings images to the host and attaches them.'), kindOfSetUp: 'sudo' },
    { label: '$(law) polkit', detail: l10n.t('One polkit rule: attaches images that lie on the host already.'), kindOfSetUp: 'polkit' },
    {
      label: '$(key) root',
      detail: l10n.t('Add the SSH host {0}: your key must be allowed there for root.', asRoot(definition.destination)),
    },
  ];
  const picked = await vscode.window.showQuickPick(ways, { title: l10n.t('Rights on {0}', host.name) });
  if (!picked) return;
  if (picked.kindOfSetUp) await copyLine(context, host, picked.kindOfSetUp);
  else await vscode.commands.executeCommand('portableServices.addSshHost');
}

/** Shows the line and what it grants before it is copied; for sudo, the host is then reached that way. */
async function copyLine(context: CommandContext, host: Host, kind: SetUpKind): Promise<void> {
  const ended = await act(context.output, {
    title: l10n.t('Asking {0} what it has', host.name),
    run: () => host.setUpLine(kind, userOf(host)),
  });
  if (!ended.ok) return;
  const line = ended.value;
  const copy = { title: l10n.t('Copy') };
  const copyAndUse = { title: l10n.t('Copy, and Use sudo Here') };
  const buttons = kind === 'sudo' && host.definition.kind === 'ssh' && !host.definition.sudo ? [copyAndUse, copy] : [copy];
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Run this line on {0}, in a shell where you may use sudo with your password.', forNotification(host.name)),
    { modal: true, detail: `${whatItGrants(kind)}\n\n${forOutput(line)}` },
    ...buttons,
  );
  if (!chosen) return;
  await vscode.env.clipboard.writeText(line);
  if (chosen !== copyAndUse) return;
  await useSudo(context, host);
}

/** The user's name there, where the destination says it. */
function userOf({ definition }: Host): string | undefined {
  return definition.kind === 'ssh' ? /^(?:ssh:\/\/)?([^@/]+)@/.exec(definition.destination)?.[1] : undefined;
}

async function useSudo(context: CommandContext, { id, definition }: Host): Promise<void> {
  const { registry, output } = context;
  const changed = hostEntries().map(entry => {
    const [own] = readHosts([entry]).definitions;
    return own?.kind === 'ssh' && definitionId(own) === id ? settingEntry({ ...own, sudo: true }) : entry;
  });
  await saveHosts(changed);
  output.info(`${definition.name} is now reached through sudo`);
  registry.reload();
  const host = registry.find(id);
  const again = { title: l10n.t('Reconnect') };
  const text = l10n.t('{0} is reached through sudo from now on. Reconnect when the line has been run there.', definition.name);
  if (host && (await vscode.window.showInformationMessage(forNotification(text), again)) === again) await connect(context, host);
}
