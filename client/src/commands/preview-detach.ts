/** Preview Detach: what detaching an image from the active host would stop and remove, without doing it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { act } from '../common/act.ts';
import { forNotification } from '../common/sinks.ts';
import { imageTitle } from '../tree/image-items.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, imageOf } from './context.ts';

/** Shows it for the row's image, or one that the user chooses. */
export async function previewDetach(context: CommandContext, argument: unknown): Promise<void> {
  const { registry, output, previews } = context;
  const { detachPreview } = await import('../preview/index.ts');
  const host = registry.active() ?? (await chooseHost(context, l10n.t('Detach from which host?')));
  if (!host || !(await reach(context, host))) return;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Preview detaching which image?'), 'attached'));
  if (!image) return;
  const title = l10n.t('Detaching {0} from {1}', imageTitle(image), host.name);
  const ended = await act(output, {
    title,
    run: async () => {
      const state = await host.imageState(image);
      if (!state.attached) return undefined;
      const affected = await host.onHost.affectedByDetach(state.hostPath);
      return detachPreview({ image: imageTitle(image), host: host.name }, state.hostPath, affected);
    },
    remedies: { retry: () => previewDetach(context, argument) },
  });
  if (!ended.ok) return;
  if (ended.value !== undefined) await previews.show(title, ended.value);
  else void vscode.window.showInformationMessage(forNotification(l10n.t('{0} is not attached to {1}.', imageTitle(image), host.name)));
}
