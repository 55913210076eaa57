/** Show Logs: follows the journal of an image's units, or of one of them, on the active host. */
import * as l10n from '@vscode/l10n';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf, unitOf } from './context.ts';

/** Follows the logs of the row's image or unit, or of an image that the user chooses. */
export async function showLogs(context: CommandContext, argument: unknown): Promise<void> {
  const host = context.registry.active() ?? (await chooseHost(context, l10n.t('Show the logs of which host?')));
  if (!host) return;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Show the logs of which image?'), 'attached'));
  if (image) await context.logs.follow(host, image, unitOf(argument));
}
