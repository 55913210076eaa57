/** Remove Image: deletes an image from a host. */
import * as l10n from '@vscode/l10n';
import { size } from '../common/words.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { askBefore } from './ask-before.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** Removes the row's image, or one that the user chooses, after asking. */
export async function removeHostImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Remove which image?'), image => !image.attached);
  if (!chosen) return;
  const { host, image } = chosen;
  const where = image.usage === undefined ? image.path : `${image.path} (${size(image.usage)})`;
  const detail = l10n.t('{0} is deleted there and cannot be brought back. No unit is touched: it is not attached.', where);
  if (!(await askBefore(l10n.t('Remove {0} from {1}?', hostImageTitle(image), host.name), detail, l10n.t('Remove')))) return;
  const title = l10n.t('Removing {0} from {1}', hostImageTitle(image), host.name);
  await actOnHost(context, host, title, progress => host.onHost.remove(image.path, progress), true);
}
