/** Choose Host: says which host the commands on images act on. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { withoutIcons } from '../common/sinks.ts';
import { hostWords } from '../common/words.ts';
import type { Host } from '../hosts/contract.ts';
import { attachedCount, hostPlace } from '../tree/host-items.ts';
import { addHostToUse } from './add-ssh-host.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Makes the row's host active, or lets the user choose. */
export async function chooseHostCommand(context: CommandContext, argument: unknown): Promise<void> {
  const host = hostOf(context.registry, argument);
  if (host) await context.registry.setActive(host.id);
  else await chooseHost(context, l10n.t('Which host are images attached to?'));
}

/** Lets the user choose or add a host and makes it active. The host, or undefined if the user chose none, or one that cannot be added. */
export async function chooseHost(context: CommandContext, title: string): Promise<Host | undefined> {
  const { registry, contents } = context;
  const active = registry.active();
  const hosts = registry.hosts().map(host => ({
    label: `$(${host === active ? 'check' : 'server'}) ${withoutIcons(host.name)}`,
    description: withoutIcons(hostWords(host.status, attachedCount(contents.of(host)))),
    detail: withoutIcons(hostPlace(host.definition)),
    host,
  }));
  const add = { label: `$(add) ${l10n.t('Add SSH Host...')}`, host: undefined };
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator, host: undefined };
  const items = hosts.length > 0 ? [...hosts, separator, add] : [add];
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (!picked) return undefined;
  if (!picked.host) return addHostToUse(context);
  await registry.setActive(picked.host.id);
  return picked.host;
}
