/** Redeploy on Save: turns it on or off for an image, and deploys one without asking when something in it was saved. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tellFailure } from '../common/act.ts';
import { asFailure, failureDetails } from '../common/failure.ts';
import { withoutIcons } from '../common/sinks.ts';
import type { HostFailure } from '../hosts/contract.ts';
import { isHostFailure } from '../hosts/errors.ts';
import { imageTitle } from '../tree/image-items.ts';
import { optionsFor, outcomeWords, tellChanges, tellLater } from './carry-out.ts';
import { checkDeploy } from './check-deploy.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf, readAnew } from './context.ts';
import { subjectOf } from './log-subject.ts';
import { showLine } from './show-line.ts';

/** How long the status bar tells what came of it, in ms. */
const shown = 8000;

/** Turns it on or off for the image of the row, or one that the user chooses. */
export async function redeployOnSave(context: CommandContext, argument: unknown): Promise<void> {
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Redeploy which image on save, or no longer?')));
  if (!image) return;
  context.redeploys.toggle(image.path);
  const text = context.redeploys.isOn(image.path)
    ? l10n.t('{0} is deployed to the active host whenever something in it is saved.', imageTitle(image))
    : l10n.t('{0} is no longer deployed on save.', imageTitle(image));
  tell(text);
}

/** Deploys an image that changed. It asks nothing: what is in the way is told, and the next save tries again. Never rejects. */
export async function redeploy(context: CommandContext, path: string): Promise<void> {
  const { images, registry, operations, output, logs } = context;
  const image = (await images.current()).find(known => known.path === path);
  if (!image) return; // it is being built, or it is gone
  const title = imageTitle(image);
  const host = registry.active();
  if (!host) {
    tell(l10n.t('{0} was not redeployed: no host is active.', title));
    return;
  }
  const asks = host.definition.askFirst ? l10n.t('that host asks before anything. Deploy it by hand.') : undefined;
  const refusal = asks ?? operations.refusal(host, image);
  if (refusal !== undefined) {
    output.warn(l10n.t('{0} was not redeployed to {1}: {2}', title, host.name, refusal));
    tell(l10n.t('{0} was not redeployed to {1}: {2}', title, host.name, refusal));
    return;
  }
  await operations.run(host, image, 'deploying', async () => {
    const report = (message: string): void => {
      output.info(message);
      tell(message);
    };
    try {
      const options = optionsFor(context, host, image);
      const progress = { signal: new AbortController().signal, report };
      await checkDeploy(context, { host, image, options }, progress);
      const outcome = await host.deploy(image, options, progress);
      tellChanges(context, outcome);
      report(outcomeWords(host, image, outcome));
      void tellLater(context, host, image, outcome);
    } catch (thrown) {
      // a unit that is half written when it is saved is no news: its line is marked, and the next save tries again
      if (isHostFailure(thrown) && thrown.kind === 'faulty-image') {
        output.warn(failureDetails(thrown));
        tell(thrown.message);
        return;
      }
      const remedies = {
        retry: () => redeploy(context, path),
        logs: () => logs.follow(subjectOf(host, image, undefined)),
        line: (failure: HostFailure) => showLine(context, image, failure),
      };
      void tellFailure(output, asFailure(thrown, l10n.t('Redeploying {0} to {1}', title, host.name)), remedies);
    }
    await readAnew(context, host);
  });
}

function tell(text: string): void {
  vscode.window.setStatusBarMessage(withoutIcons(text), shown);
}
