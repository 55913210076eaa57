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
  if (!(await mayGoOn(context, image))) return;
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
async function mayGoOn({ reports }: CommandContext, image: ImageFacts): Promise<boolean> {
  const errors = imageErrors(image);
  if (errors.length === 0 && image.problem === undefined) return true;
  const goOn = { title: l10n.t('Deploy Anyway') };
  const show = { title: image.problem === undefined ? l10n.t('Show Problems') : l10n.t('Inspect') };
  const picked = await vscode.window.showWarningMessage(forNotification(stoppedBy(image, errors)), show, goOn);
  if (picked === show) {
    if (image.problem === undefined) await vscode.commands.executeCommand('workbench.actions.view.problems');
    else await reports.show(image);
  }
  return picked === goOn;
}

/** What stops it. What cannot be read here may still be read there: an encrypted image, for one. */
function stoppedBy(image: ImageFacts, errors: readonly string[]): string {
  const title = imageTitle(image);
  if (image.problem !== undefined)
    return l10n.t('{0} was not deployed: it cannot be read here: {1}.', title, image.problem.replace(/\.$/, ''));
  return errors.length === 1
    ? l10n.t('{0} was not deployed, because of an error: {1}', title, errors[0] ?? '')
    : l10n.t('{0} was not deployed, because of {1} errors. The first: {2}', title, errors.length, errors[0] ?? '');
}
