/** Attach and Start: brings an image to the active host, attaches it there and starts its units. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { act } from '../common/act.ts';
import { profileFor } from '../common/settings.ts';
import { forNotification } from '../common/sinks.ts';
import { forTesting } from '../hosts/attach-options.ts';
import { imageTitle } from '../tree/image-items.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf, readAnew } from './context.ts';

/** Attaches the image of the row, or one that the user chooses. */
export async function attachAndStart(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Attach and start which image?')));
  if (image) await attach(context, image);
}

async function attach(context: CommandContext, image: ImageFacts): Promise<void> {
  const { output, registry, operations, logs, reports } = context;
  const host = registry.active() ?? (await chooseHost(context, l10n.t('Attach {0} to which host?', imageTitle(image))));
  if (!host) return;
  const refusal = operations.refusal(host, image);
  if (refusal) {
    void vscode.window.showWarningMessage(forNotification(refusal));
    return;
  }
  const ended = await operations.run(host, image, 'attaching', async () => {
    const ended = await act(output, {
      title: l10n.t('Attaching {0} to {1}', imageTitle(image), host.name),
      run: progress => host.attachAndStart(image, { ...forTesting, profile: profileFor(image.path) }, progress),
      remedies: {
        retry: () => attach(context, image),
        'choose-host': async () => {
          if (await chooseHost(context, l10n.t('Attach {0} to which host?', imageTitle(image)))) await attach(context, image);
        },
        logs: () => logs.follow(host, image, undefined),
      },
    });
    await readAnew(context, host);
    return ended;
  });
  if (!ended.ok) return;
  for (const change of ended.value.changes) output.info(`${change.type} ${change.path}${change.source ? ` (${change.source})` : ''}`);
  const show = { title: l10n.t('Show Logs') };
  const inspect = { title: l10n.t('Inspect') };
  const text = l10n.t('{0} is attached to {1} and started.', imageTitle(image), host.name);
  const picked = await vscode.window.showInformationMessage(forNotification(text), show, inspect);
  if (picked === show) await logs.follow(host, image, undefined);
  if (picked === inspect) reports.show(image);
}
