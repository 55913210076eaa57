/** Add SSH Host: takes a destination, keeps it in the settings, and tries it at once. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tellFailure } from '../common/act.ts';
import { asFailure } from '../common/failure.ts';
import { definitionId, settingEntry } from '../common/host-settings.ts';
import { hostEntries, saveHosts, sshConfigFile } from '../common/settings.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { destinationFault } from '../hosts/ssh/destination.ts';
import { sshConfigHosts } from '../hosts/ssh/ssh-config.ts';
import { connect } from './connect.ts';
import type { CommandContext } from './context.ts';

/** Adds a host and connects to it. It becomes the active one where there is none. */
export const addSshHost = (context: CommandContext): Promise<unknown> => add(context, !context.registry.active());

/** Adds a host, makes it active and connects to it. Undefined if the user gave none, or it cannot be reached, which is told. */
export async function addHostToUse(context: CommandContext): Promise<Host | undefined> {
  const host = await add(context, true);
  return host?.status.state === 'connected' ? host : undefined;
}

async function add(context: CommandContext, uses: boolean): Promise<Host | undefined> {
  const { registry } = context;
  const destination = await askDestination(registry.hosts().map(host => host.id));
  if (destination === undefined) return undefined;
  const definition = { kind: 'ssh', name: destination, destination } as const;
  if (!registry.find(definitionId(definition))) await save(context, settingEntry(definition));
  registry.reload();
  const host = registry.find(definitionId(definition));
  if (!host) return undefined; // the user took it out of the settings meanwhile
  if (uses && registry.active() !== host) await registry.setActive(host.id);
  if (await connect(context, host)) {
    // nobody waits for an answer: whoever deploys to a host that is added on the way wants to go on
    void tellAdded(context, host).catch((error: unknown) => tellFailure(context.output, asFailure(error, host.name), {}));
  }
  return host;
}

async function save({ output }: CommandContext, entry: Readonly<Record<string, string | boolean>>): Promise<void> {
  await saveHosts([...hostEntries(), entry]);
  output.info(`added the host ${entry.destination} to the settings`);
}

async function tellAdded({ registry }: CommandContext, host: Host): Promise<void> {
  if (host.status.state !== 'connected') return;
  const { systemd, portabled } = host.status;
  const use = { title: l10n.t('Use This Host') };
  const buttons = registry.active() === host ? [] : [use];
  const picked = portabled
    ? await vscode.window.showInformationMessage(
        forNotification(l10n.t('{0} is added: systemd {1}, ready to attach images.', host.name, systemd.major)),
        ...buttons,
      )
    : await vscode.window.showWarningMessage(
        forNotification(
          l10n.t(
            '{0} is added: systemd {1}, but portabled is not installed there. On Debian it is in the package systemd-container.',
            host.name,
            systemd.major,
          ),
        ),
        ...buttons,
      );
  if (picked === use) await registry.setActive(host.id);
}

/** Offers the hosts of the ssh configuration and takes any other destination. */
async function askDestination(known: readonly string[]): Promise<string | undefined> {
  const offered = (await sshConfigHosts(sshConfigFile().path)).filter(name => !known.includes(`ssh:${name}`));
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { destination: string }>();
  pick.title = l10n.t('Add SSH Host');
  pick.placeholder = l10n.t('A host of your SSH configuration, or user@host');
  const fromConfig = offered.map(name => ({
    label: `$(remote) ${withoutIcons(name)}`,
    description: l10n.t('SSH configuration'),
    destination: name,
  }));
  const update = () => {
    const typed = pick.value.trim();
    const fault = typed === '' ? undefined : destinationFault(typed);
    if (typed === '' || offered.includes(typed)) pick.items = fromConfig;
    else if (fault) pick.items = [{ label: `$(warning) ${fault}`, destination: '', alwaysShow: true }, ...fromConfig];
    else
      pick.items = [
        { label: `$(add) ${withoutIcons(typed)}`, description: l10n.t('as typed'), destination: typed, alwaysShow: true },
        ...fromConfig,
      ];
  };
  update();
  try {
    return await new Promise<string | undefined>(resolve => {
      pick.onDidChangeValue(update);
      pick.onDidAccept(() => {
        const chosen = pick.selectedItems[0]?.destination;
        if (chosen) resolve(chosen); // the line that says what is wrong cannot be chosen
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
