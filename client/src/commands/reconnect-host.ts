/** Reconnect: tries a host again. */
import * as l10n from '@vscode/l10n';
import { act } from '../common/act.ts';
import type { Host } from '../hosts/contract.ts';
import { chooseHost } from './choose-host.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Reconnects to the row's host, or to the active one. */
export async function reconnectHost(context: CommandContext, argument: unknown): Promise<void> {
  const { registry } = context;
  const host = hostOf(registry, argument) ?? registry.active() ?? (await chooseHost(context, l10n.t('Connect to which host?')));
  if (host) await reconnect(context, host);
}

/** Connects to a host under a notification and reads it anew. */
export async function reconnect(context: CommandContext, host: Host): Promise<void> {
  const { output, contents, states, registry } = context;
  const ended = await act(output, {
    title: l10n.t('Connecting to {0}', host.name),
    run: ({ signal }) => host.connect(signal, 'may-ask'),
    remedies: {
      retry: () => reconnect(context, host),
      'choose-host': () => chooseHost(context, l10n.t('Which host are images attached to?')),
    },
  });
  if (!ended.ok) return;
  await contents.refresh(host);
  if (registry.active() === host) await states.refresh();
}
