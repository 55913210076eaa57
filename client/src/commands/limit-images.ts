/** Limit Size: of one image on a host, or of all of them together. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSize } from '../common/parse-size.ts';
import { size } from '../common/words.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { chooseHost } from './choose-host.ts';
import { chooseHostImage } from './choose-host-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, hostOf } from './context.ts';

/** Limits the row's image, or one that the user chooses. */
export async function limitImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Limit the size of which image?'));
  if (!chosen) return;
  const { host, image } = chosen;
  const limit = await askLimit(l10n.t('Limit the size of {0} on {1}', hostImageTitle(image), host.name), image.usage);
  if (!limit) return;
  const title = l10n.t('Limiting {0} on {1}', hostImageTitle(image), host.name);
  await actOnHost(context, host, title, progress => host.onHost.setLimit(image.path, limit.bytes, progress));
}

/** Limits what all images of the row's host, or of the active one, take together. */
export async function limitAllImages(context: CommandContext, argument: unknown): Promise<void> {
  const { registry } = context;
  const question = l10n.t('Limit the size of the images on which host?');
  const host = hostOf(registry, argument) ?? registry.active() ?? (await chooseHost(context, question));
  if (!host || !(await reach(context, host))) return;
  const pool = await host.onHost.pool();
  const limit = await askLimit(l10n.t('Limit what all images in {0} on {1} take', pool.path, host.name), pool.usage);
  if (!limit) return;
  const title = l10n.t('Limiting the images of {0}', host.name);
  await actOnHost(context, host, title, progress => host.onHost.setLimit(undefined, limit.bytes, progress));
}

/** The limit; no bytes: none. Undefined where the user gave up. */
async function askLimit(title: string, used: number | undefined): Promise<{ readonly bytes: number | undefined } | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('A size such as 500M or 2G; empty: no limit. Used now: {0}.', used === undefined ? l10n.t('unknown') : size(used)),
    validateInput: input =>
      input.trim() === '' || parseSize(input) !== undefined ? undefined : l10n.t('Write a number, and B, K, M, G or T after it.'),
  });
  return text === undefined ? undefined : { bytes: parseSize(text) };
}
