/** Attach and Start: brings an image to the active host, attaches it there and starts its units. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { AttachOptions } from '../hosts/attach/attach-options.ts';
import { imageTitle } from '../tree/image-items.ts';
import { carryOut } from './carry-out.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';
import { attachedWords } from './outcome-words.ts';

/** Attaches the image of the row, or one that the user chooses. */
export async function attachAndStart(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Attach and start which image?')));
  if (image) await attachImage(context, image);
}

/** Attaches an image of the workspace, with options where they were chosen for this. */
export async function attachImage(context: CommandContext, image: ImageFacts, options?: AttachOptions): Promise<void> {
  await carryOut(context, image, {
    ...(options && { options }),
    doing: 'attaching',
    question: l10n.t('Attach {0} to which host?', imageTitle(image)),
    title: host => l10n.t('Attaching {0} to {1}', imageTitle(image), host.name),
    run: async (host, options, progress) => {
      const { checkPlan } = await import('../preview/index.ts');
      await checkPlan(context.language, host, image, options, progress);
      return host.attachAndStart(image, options, progress);
    },
    done: (host, outcome) => attachedWords(host, image, outcome),
  });
}
