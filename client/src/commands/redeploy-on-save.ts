/** Redeploy on Save: turns it on or off for an image, and deploys one without asking when something in it was saved. */
import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tellFailure } from '../common/act.ts';
import { asFailure, failureDetails } from '../common/failure.ts';
import { sayBriefly } from '../common/say-briefly.ts';
import { withoutIcons } from '../common/sinks.ts';
import type { HostFailure } from '../hosts/contract.ts';
import { isHostFailure } from '../hosts/errors.ts';
import { imageTitle } from '../tree/image-items.ts';
import { optionsFor, tellChanges, tellLater } from './carry-out.ts';
import { checkDeploy } from './check-deploy.ts';
import { chooseImage, imageChoice } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, imageOf, readAnew } from './context.ts';
import { subjectOf } from './log-subject.ts';
import { deployedWords } from './outcome-words.ts';
import { showLine } from './show-line.ts';

/** How long the status bar tells what came of it, in ms. */
const shown = 8000;

/** Turns it on or off for the image of the row, or one that the user chooses. */
export async function redeployOnSave(context: CommandContext, argument: unknown): Promise<void> {
  const { redeploys } = context;
  const image = imageOf(argument);
  const chosen = image ? { path: image.path, title: imageTitle(image) } : await choose(context);
  if (!chosen) return;
  redeploys.toggle(chosen.path);
  const text = redeploys.isOn(chosen.path)
    ? l10n.t('{0} is deployed to the active host whenever something in it is saved.', chosen.title)
    : l10n.t('{0} is no longer deployed on save.', chosen.title);
  tell(text);
}

/** An image that is there, or one for which it is still on although it is gone: else that could never be turned off. */
async function choose(context: CommandContext): Promise<{ readonly path: string; readonly title: string } | undefined> {
  const { images, redeploys, states } = context;
  const title = l10n.t('Redeploy which image on save, or no longer?');
  const there = await images.current();
  const gone = redeploys.paths().filter(path => there.every(image => image.path !== path));
  if (redeploys.paths().length === 0) {
    const image = await chooseImage(context, title);
    return image && { path: image.path, title: imageTitle(image) };
  }
  const items = [
    ...gone.map(path => ({
      chosen: { path, title: basename(path) },
      ...{ label: withoutIcons(basename(path)), description: l10n.t('redeployed on save, not there now'), detail: withoutIcons(path) },
    })),
    ...there.map(image => {
      const choice = imageChoice(states, image);
      const on = redeploys.isOn(image.path) ? [l10n.t('redeployed on save')] : [];
      return { ...choice, description: [...on, choice.description].join(', '), chosen: { path: image.path, title: imageTitle(image) } };
    }),
  ];
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.chosen;
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
  await operations.brought(host, image); // what was saved meanwhile need not be in that
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
      await host.connect(); // asking nobody: a build may have changed the image
      const options = optionsFor(context, host, image);
      const progress = { signal: new AbortController().signal, report };
      await checkDeploy(context, { host, image, options }, progress);
      const outcome = await host.deploy(image, options, progress);
      tellChanges(context, outcome);
      report(deployedWords(host, image, outcome));
      void tellLater(context, host, image, outcome);
    } catch (thrown) {
      // a unit that is half written when it is saved is no news: its line is marked, and the next save tries again
      if (isHostFailure(thrown) && thrown.kind === 'faulty-image') {
        output.warn(failureDetails(thrown));
        tell(thrown.message);
        return;
      }
      const remedies = {
        retry: async () => (await reach(context, host)) && redeploy(context, path),
        logs: () => logs.follow(subjectOf(host, image, undefined)),
        line: (failure: HostFailure) => showLine(context, image, failure),
      };
      void tellFailure(output, asFailure(thrown, l10n.t('Redeploying {0} to {1}', title, host.name)), remedies);
    }
    await readAnew(context, host);
  });
}

function tell(text: string): void {
  sayBriefly(text, shown);
}
