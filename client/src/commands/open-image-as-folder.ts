/** Open Image as Folder: adds an image, or one of its partitions, to the folders of the workspace. */
import * as l10n from '@vscode/l10n';
import type { CommandContext } from './context.ts';
import { lookedInto } from './inside-argument.ts';

export async function openImageAsFolder(context: CommandContext, argument: unknown): Promise<void> {
  const wanted = await lookedInto(context, argument, l10n.t('Open which image as a folder?'));
  if (wanted) await context.inside.use(files => files.openAsFolder(context.inside.ask, wanted.image, wanted.partition));
}
