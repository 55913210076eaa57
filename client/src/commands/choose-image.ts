/** Lets the user choose an image, for commands that were not called on one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import type { ImageStates } from '../images/states.ts';
import { imageKindWords, imageStateWords, imageTitle } from '../tree/image-items.ts';
import type { CommandContext } from './context.ts';

/** The image that the user chose; undefined if none, or if there is none to choose. `fits` narrows them where states are known. */
export async function chooseImage(
  { images, states }: CommandContext,
  title: string,
  fits: 'all' | 'attached' = 'all',
): Promise<ImageFacts | undefined> {
  const all = await images.current();
  if (fits === 'attached') await states.refresh();
  const offered = all.filter(image => {
    const onHost = states.of(image);
    return fits === 'all' || onHost.kind !== 'known' || onHost.state.attached;
  });
  if (offered.length === 0) {
    const problem = images.problem();
    void vscode.window.showInformationMessage(
      problem !== undefined
        ? forNotification(l10n.t('The images could not be read: {0}', problem))
        : all.length === 0
          ? l10n.t('No image was found in this workspace or in the folders of the setting portableServices.imageFolders.')
          : l10n.t('None of the images here is attached to the active host.'),
    );
    return undefined;
  }
  const items = offered.map(image => ({ ...imageChoice(states, image), image }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.image;
}

/** An image as it is offered. */
export function imageChoice(states: ImageStates, image: ImageFacts): vscode.QuickPickItem {
  const words = [imageKindWords(image), imageStateWords({ onHost: states.of(image), doing: undefined })];
  return {
    label: withoutIcons(imageTitle(image)),
    description: withoutIcons(words.filter(Boolean).join(', ')),
    detail: withoutIcons(image.path),
  };
}
