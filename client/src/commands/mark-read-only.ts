/** Mark Read-Only and Make Writable, of an image that lies on a host. */
import * as l10n from '@vscode/l10n';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** Marks the row's image, or one that the user chooses, read-only. */
export async function markReadOnly(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Mark which image read-only?'), image => !image.readOnly);
  if (!chosen) return;
  const { host, image } = chosen;
  const title = l10n.t('Marking {0} on {1} read-only', hostImageTitle(image), host.name);
  await actOnHost(context, host, title, progress => host.onHost.markReadOnly(image.path, true, progress));
}

/** Takes that mark away. */
export async function makeWritable(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Make which image writable?'), image => image.readOnly);
  if (!chosen) return;
  const { host, image } = chosen;
  const title = l10n.t('Making {0} on {1} writable', hostImageTitle(image), host.name);
  await actOnHost(context, host, title, progress => host.onHost.markReadOnly(image.path, false, progress));
}
