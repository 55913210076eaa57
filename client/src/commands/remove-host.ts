/** Remove Host: takes a host out of the settings. What is attached there stays attached. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { definitionId, readHosts } from '../common/host-settings.ts';
import { hostEntries, saveHosts } from '../common/settings.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { hostPlace } from '../tree/host-items.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Removes the row's host, or one that the user chooses. */
export async function removeHost(context: CommandContext, argument: unknown): Promise<void> {
  const { registry, output } = context;
  const host = hostOf(registry, argument) ?? (await choose(registry.hosts()));
  if (!host || host.definition.kind === 'local') return;
  const entries = hostEntries();
  const isIts = (entry: unknown): boolean => {
    const [definition] = readHosts([entry]).definitions;
    return definition !== undefined && definitionId(definition) === host.id;
  };
  const place = entries.findIndex(isIts);
  const wasActive = registry.active() === host;
  if (wasActive) await registry.setActive(undefined);
  await saveHosts(entries.filter(entry => !isIts(entry)));
  registry.reload();
  output.info(`removed the host ${host.name} from the settings`);
  const undo = { title: l10n.t('Undo') };
  const text = l10n.t('{0} is removed from the list. What is attached there stays attached.', host.name);
  if ((await vscode.window.showInformationMessage(forNotification(text), undo)) !== undo) return;
  // others may have come meanwhile
  const now = hostEntries();
  if (!now.some(isIts)) await saveHosts(now.toSpliced(place, 0, ...entries.filter(isIts)));
  registry.reload();
  if (wasActive && !registry.active()) await registry.setActive(host.id);
}

async function choose(hosts: readonly Host[]): Promise<Host | undefined> {
  const removable = hosts.filter(host => host.definition.kind !== 'local');
  if (removable.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('There is no host that could be removed.'));
    return undefined;
  }
  const items = removable.map(host => ({ label: withoutIcons(host.name), detail: withoutIcons(hostPlace(host.definition)), host }));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('Remove which host?') }))?.host;
}
