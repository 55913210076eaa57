/** Compare With: what differs between two images, or an image and the tree that it was made from. */
import * as l10n from '@vscode/l10n';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';

export async function compareImages(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Compare which image?')));
  if (image) await context.inside.use(files => files.compareWith(context.inside, image, context.images.images()));
}
