/** Preview Attach: what attaching an image to the active host would do, without doing it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { act } from '../common/act.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { optionsFor } from './carry-out.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';

/** Shows it for the row's image, or one that the user chooses. */
export async function previewAttach(context: CommandContext, argument: unknown): Promise<void> {
  const { registry, language, output, previews } = context;
  const { attachPreview, previewOn } = await import('../preview/index.ts');
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Preview attaching which image?')));
  if (!image) return;
  const host = registry.active() ?? (await chooseHost(context, l10n.t('Preview attaching {0} to which host?', imageTitle(image))));
  if (!host) return;
  const options = optionsFor(context, host, image);
  const title = l10n.t('Attaching {0} to {1}', imageTitle(image), host.name);
  const ended = await act(output, {
    title,
    run: ({ signal }) => previewOn(language, host, image, options, signal),
    remedies: { retry: () => previewAttach(context, argument) },
  });
  if (!ended.ok) return;
  const preview = { image: imageTitle(image), host: host.name, profile: options.profile };
  await previews.show(title, attachPreview(preview, ended.value));
  const result = ended.value?.result;
  if (result?.outcome === 'refused' && result.refusal.file !== undefined) void offerFile(image, host, result.refusal.file);
}

/** Offers to open the file that portabled would refuse an image for: the preview of Markdown has no links to files. */
async function offerFile(image: ImageFacts, host: Host, file: string): Promise<void> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const open = l10n.t('Open {0}', name);
  const text = l10n.t('portabled on {0} would refuse {1}: {2} is to be changed.', host.name, imageTitle(image), name);
  const picked = await vscode.window.showWarningMessage(forNotification(text), open);
  if (picked === open) await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}
