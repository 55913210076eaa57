/** Clean Up Old Versions: shows what old versions of an image take on the active host, and removes those that the user picks. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { act } from '../common/act.ts';
import { forNotification } from '../common/sinks.ts';
import { size } from '../common/words.ts';
import { imageTitle } from '../tree/image-items.ts';
import { mayChange } from './ask-before.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, imageOf } from './context.ts';
import { oldVersions, versionItem } from './roll-back.ts';

/** Cleans up after the image of the row, or one that the user chooses. */
export async function cleanUpOldVersions(context: CommandContext, argument: unknown): Promise<void> {
  const host = context.registry.active() ?? (await chooseHost(context, l10n.t('Clean up on which host?')));
  if (!host || !(await reach(context, host))) return;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Clean up old versions of which image?')));
  if (!image) return;
  const versions = await oldVersions(context, host, image);
  if (!versions) return;
  const items = versions.map(version => ({ ...versionItem(version), picked: true }));
  const title = l10n.t('Remove which old versions of {0} from {1}?', imageTitle(image), host.name);
  const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  if (!picked || picked.length === 0) return;
  const removing = l10n.t('Removing old versions of {0} from {1}', imageTitle(image), host.name);
  if (!(await mayChange(host, removing))) return;
  const ended = await act(context.output, {
    title: removing,
    run: progress =>
      host.removeVersions(
        image,
        picked.map(({ version }) => version),
        progress,
      ),
    remedies: { retry: () => cleanUpOldVersions(context, argument) },
  });
  if (!ended.ok) return;
  const used = new Set(ended.value.map(version => version.path));
  const freed = picked.filter(({ version }) => !used.has(version.path)).reduce((sum, { version }) => sum + version.bytes, 0);
  const text =
    used.size === 0
      ? l10n.t('{0} of old versions of {1} are removed from {2}.', size(freed), imageTitle(image), host.name)
      : l10n.t(
          '{0} of old versions of {1} are removed from {2}; {3} are in use: restart the services that run from them, then clean up again.',
          size(freed),
          imageTitle(image),
          host.name,
          used.size,
        );
  void vscode.window.showInformationMessage(forNotification(text));
}
