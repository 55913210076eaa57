/** Go to File in Image, Find Text in Image. */
import * as l10n from '@vscode/l10n';
import type { CommandContext } from './context.ts';
import { lookedInto } from './inside-argument.ts';

export async function goToFileInImage(context: CommandContext, argument: unknown): Promise<void> {
  const wanted = await lookedInto(context, argument, l10n.t('Go to a file of which image?'));
  if (wanted) await context.inside.use(files => files.goToFile(context.inside.ask, wanted.image.path, wanted.partition));
}

export async function findTextInImage(context: CommandContext, argument: unknown): Promise<void> {
  const wanted = await lookedInto(context, argument, l10n.t('Find text in which image?'));
  if (wanted) await context.inside.use(files => files.findText(context.inside.ask, wanted.image.path, wanted.partition));
}
