/** Roll Back: swaps a version that is on the active host still for the one that is attached. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { act } from '../common/act.ts';
import { forNotification } from '../common/sinks.ts';
import { duration, size } from '../common/words.ts';
import type { Host, VersionOnHost } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { carryOut } from './carry-out.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, imageOf } from './context.ts';

/** Rolls the image of the row back, or one that the user chooses. */
export async function rollBack(context: CommandContext, argument: unknown): Promise<void> {
  const host = context.registry.active() ?? (await chooseHost(context, l10n.t('Roll back on which host?')));
  if (!host || !(await reach(context, host))) return;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Roll back which image?'), 'attached'));
  if (!image) return;
  const versions = await oldVersions(context, host, image);
  if (!versions) return;
  const title = l10n.t('Roll {0} on {1} back to which version?', imageTitle(image), host.name);
  const picked = await vscode.window.showQuickPick(versions.map(versionItem), { title });
  if (!picked) return;
  await carryOut(context, image, {
    doing: 'deploying',
    question: title,
    title: there => l10n.t('Rolling {0} back on {1}', imageTitle(image), there.name),
    run: (there, { prefixes }, progress) => there.rollBack(image, picked.version, progress, prefixes),
    done: (there, { restarted }) =>
      restarted.length > 0
        ? l10n.t('{0} is rolled back on {1}; restarted: {2}.', imageTitle(image), there.name, restarted.join(', '))
        : l10n.t('{0} is rolled back on {1}; nothing had to be restarted.', imageTitle(image), there.name),
  });
}

/** The versions that are not attached; undefined where there is none, which is told. */
export async function oldVersions(context: CommandContext, host: Host, image: ImageFacts): Promise<readonly VersionOnHost[] | undefined> {
  const title = l10n.t('Asking {0} for the versions of {1}', host.name, imageTitle(image));
  const ended = await act(context.output, { title, run: () => host.versions(image) });
  if (!ended.ok) return undefined;
  const old = ended.value.filter(version => !version.attached);
  if (old.length > 0) return old;
  const text = l10n.t(
    '{0} has no old version of {1}. How many are kept is the setting {2}.',
    host.name,
    imageTitle(image),
    'portableServices.keepVersions',
  );
  void vscode.window.showInformationMessage(forNotification(text));
  return undefined;
}

/** A version to choose: when it came, and how large it is. */
export function versionItem(version: VersionOnHost): vscode.QuickPickItem & { readonly version: VersionOnHost } {
  const came = new Date(version.time);
  return {
    label: came.toLocaleString(),
    description: [l10n.t('{0} ago', duration(Math.max(0, Date.now() - came.getTime()))), size(version.bytes)].join(', '),
    detail: version.path,
    version,
  };
}
