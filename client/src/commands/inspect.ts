/** Inspect: opens the report of an image. Needs no host. */
import * as l10n from '@vscode/l10n';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';

/** Shows the report of the row's image, or of one that the user chooses. */
export async function inspect(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Inspect which image?')));
  if (image) await context.reports.show(image);
}
