/** Deploy: from a saved file to the service that runs, in one click. Checks, brings the image, attaches or swaps it, restarts what changed. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { carryOut, type Run } from './carry-out.ts';
import { checkDeploy } from './check-deploy.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';
import { deployedWords } from './outcome-words.ts';
import { saveFilesOf } from './save-files.ts';

/** Deploys the image of the row, or one that the user chooses. */
export async function deployCommand(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Deploy which image?')));
  if (image) await deployImage(context, image);
}

/** Deploys an image to a host, or to the active one. Errors in it stop that, unless the user knows better: a unit may not be meant to run yet. */
export async function deployImage(context: CommandContext, image: ImageFacts, host?: Host): Promise<void> {
  if (!(await saveFilesOf(image))) return;
  const deploying =
    (anyway: boolean): Run =>
    async (there, options, progress) => {
      await checkDeploy(context, { host: there, image, options, anyway }, progress);
      return there.deploy(image, options, progress);
    };
  await carryOut(context, image, {
    ...(host && { host }),
    doing: 'deploying',
    question: l10n.t('Deploy {0} to which host?', imageTitle(image)),
    title: there => l10n.t('Deploying {0} to {1}', imageTitle(image), there.name),
    run: deploying(false),
    anyway: deploying(true),
    done: (there, outcome) => deployedWords(there, image, outcome),
  });
}
