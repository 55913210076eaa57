/** Attach, and Attach Anew, of an image that lies on a host: as it was last chosen for it, else as fits testing. */
import * as l10n from '@vscode/l10n';
import { sayBriefly } from '../common/say-briefly.ts';
import { runtimeWords } from '../common/words.ts';
import { type AttachOptions, forTesting } from '../hosts/attach/attach-options.ts';
import { isOwn } from '../hosts/attach/rights.ts';
import type { Host } from '../hosts/contract.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { askAffected } from './ask-before.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** Attaches the row's image, or one that the user chooses. */
export async function attachHostImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Attach which image?'), image => !image.attached);
  if (chosen) await attachOnHost(context, chosen.host, chosen.image.path, remembered(context, chosen.host, chosen.image.path));
}

/** Puts the row's image, or one that the user chooses, in the place of the attached one of its name, and restarts its units. */
export async function reattachHostImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Attach which image anew?'));
  if (!chosen) return;
  const { host, image } = chosen;
  const options = { ...remembered(context, host, image.path), ...(image.attached && { extensions: image.attached.extensions }) };
  const title = l10n.t('Attaching {0} to {1} anew', hostImageTitle(image), host.name);
  const ended = await actOnHost(context, host, title, progress => host.onHost.reattach(image.path, options, progress));
  if (ended?.ok) sayBriefly(l10n.t('{0} is attached to {1} anew.', hostImageTitle(image), host.name));
}

/** What was chosen for the image the last time, else what fits testing. */
export function remembered({ choices }: CommandContext, host: Host, path: string): AttachOptions {
  return choices.of(host.id, path) ?? forTesting;
}

/** Attaches the image at a path of the host. Where forced, the user is asked first whether to write over what is there. */
export async function attachOnHost(context: CommandContext, host: Host, path: string, options: AttachOptions): Promise<void> {
  if (options.force) {
    const affected = await host.onHost.affectedByForce(path, options, new AbortController().signal);
    const question = l10n.t('Attach {0} over the units that {1} has already?', path, host.name);
    if (affected.units.length > 0 && !(await askAffected(question, path, affected, l10n.t('Attach'), 'are replaced'))) return;
  }
  const title = l10n.t('Attaching {0} to {1}', path, host.name);
  const ended = await actOnHost(context, host, title, progress => host.onHost.attach(path, options, progress));
  if (!ended?.ok) return;
  for (const change of ended.value.changes) context.output.info(`${change.type} ${change.path}`);
  const lasts = options.runtime ? runtimeWords(isOwn(host.definition)) : l10n.t('for good');
  sayBriefly(l10n.t('{0} is attached to {1} {2}.', path, host.name, lasts));
}
