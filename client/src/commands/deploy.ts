/** Deploy: from a saved file to the service that runs, in one click. Checks, brings the image, attaches or swaps it, restarts what changed. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { carryOut, type Errand, offerWaysOn, outcomeWords } from './carry-out.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';
import { imageErrors } from './image-errors.ts';

/** Deploys the image of the row, or one that the user chooses. */
export async function deployCommand(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Deploy which image?')));
  if (image) await deployImage(context, image);
}

/** Deploys an image to a host, or to the active one. */
export async function deployImage(context: CommandContext, image: ImageFacts, host?: Host): Promise<void> {
  if (!(await mayGoOn(image))) return;
  const done = await carryOut(context, image, { ...deploying(context, image), ...(host && { host }) });
  if (done?.ended.ok) await offerWaysOn(context, done.host, image, outcomeWords(done.host, image, done.ended.value));
}

/** The errand: what portabled would refuse is not even brought. */
function deploying({ language }: CommandContext, image: ImageFacts): Errand {
  return {
    doing: 'deploying',
    question: l10n.t('Deploy {0} to which host?', imageTitle(image)),
    title: host => l10n.t('Deploying {0} to {1}', imageTitle(image), host.name),
    run: async (host, options, progress) => {
      const { checkPlan } = await import('../preview/index.ts');
      await checkPlan(language, host, image, options, progress);
      return host.deploy(image, options, progress);
    },
  };
}

/** Errors stop a deploy, unless the user knows better: a check can be wrong, or about a unit that is not meant to run yet. */
async function mayGoOn(image: ImageFacts): Promise<boolean> {
  const errors = imageErrors(image);
  const [first] = errors;
  if (first === undefined) return true;
  const goOn = { title: l10n.t('Deploy Anyway') };
  const show = { title: l10n.t('Show Problems') };
  const text =
    errors.length === 1
      ? l10n.t('{0} was not deployed, because of an error: {1}', imageTitle(image), first)
      : l10n.t('{0} was not deployed, because of {1} errors. The first: {2}', imageTitle(image), errors.length, first);
  const picked = await vscode.window.showWarningMessage(forNotification(text), goOn, show);
  if (picked === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
  return picked === goOn;
}
