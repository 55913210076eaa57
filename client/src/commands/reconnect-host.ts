/** Reconnect: tries a host again. */
import * as l10n from '@vscode/l10n';
import { chooseHost } from './choose-host.ts';
import { connect } from './connect.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Reconnects to the row's host, or to the active one. */
export async function reconnectHost(context: CommandContext, argument: unknown): Promise<void> {
  const { registry } = context;
  const host = hostOf(registry, argument) ?? registry.active() ?? (await chooseHost(context, l10n.t('Connect to which host?')));
  if (host) await connect(context, host);
}
