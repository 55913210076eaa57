/** Detach: stops an image's units on the active host and removes what attaching it wrote. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { act } from '../common/act.ts';
import { sayBriefly } from '../common/say-briefly.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { askAffected } from './ask-before.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, imageOf, readAnew } from './context.ts';

/** Detaches the image of the row, or one that the user chooses. */
export async function detach(context: CommandContext, argument: unknown): Promise<void> {
  const host = context.registry.active() ?? (await chooseHost(context, l10n.t('Detach from which host?')));
  if (!host || !(await reach(context, host))) return;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Detach which image?'), 'attached'));
  if (image) await detachImage(context, image);
}

async function detachImage(context: CommandContext, image: ImageFacts): Promise<void> {
  const { output, registry, operations, logs } = context;
  const host = registry.active();
  if (!host) return;
  const refusal = operations.refusal(host, image);
  if (refusal) {
    void vscode.window.showWarningMessage(forNotification(refusal));
    return;
  }
  if (!(await mayDetach(host, image))) return;
  await operations.run(host, image, 'detaching', async () => {
    const ended = await act(output, {
      title: l10n.t('Detaching {0} from {1}', imageTitle(image), host.name),
      run: progress => host.detach(image, progress),
      remedies: { retry: () => detachImage(context, image), 'choose-host': () => chooseHost(context, l10n.t('Detach from which host?')) },
    });
    if (ended.ok) {
      for (const change of ended.value) output.info(`${change.type} ${change.path}`);
      logs.stop(host, image.name, l10n.t('{0} was detached from {1}.', image.name, host.name));
      sayBriefly(l10n.t('{0} is detached from {1}.', imageTitle(image), host.name));
    }
    await readAnew(context, host);
  });
}

/** Whether to detach: asked with every unit that goes. */
async function mayDetach(host: Host, image: ImageFacts): Promise<boolean> {
  const state = await host.imageState(image);
  if (!state.attached) return true; // detaching tells so
  const affected = await host.onHost.affectedByDetach(state.hostPath);
  return askAffected(l10n.t('Detach {0} from {1}?', imageTitle(image), host.name), state.hostPath, affected, l10n.t('Detach'));
}
