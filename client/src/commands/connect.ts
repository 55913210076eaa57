/** Connects to a host where the user acted: ssh may ask. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { act } from '../common/act.ts';
import type { Host } from '../hosts/contract.ts';
import type { CommandContext } from './context.ts';

/** Whether a host is connected, or is now that the user acted; a failure has been told. What only looks at a host lets ssh ask nobody. */
export async function reach(context: CommandContext, host: Host): Promise<boolean> {
  return host.status.state === 'connected' || connect(context, host);
}

/** Connects under a notification and reads the host anew. Whether it is connected now; a failure has been told. */
export async function connect(context: CommandContext, host: Host): Promise<boolean> {
  const { output, contents, states, registry } = context;
  const ended = await act(output, {
    title: l10n.t('Connecting to {0}', host.name),
    run: ({ signal }) => host.connect(signal, 'may-ask'),
    remedies: {
      retry: () => connect(context, host),
      'choose-host': () => vscode.commands.executeCommand('portableServices.chooseHost'),
    },
  });
  if (!ended.ok) return false;
  await contents.refresh(host);
  if (registry.active() === host) await states.refresh();
  return true;
}
