/** Attach with Options: asks how, remembers it for this image and host, and attaches so. */
import * as l10n from '@vscode/l10n';
import { profileFor } from '../common/settings.ts';
import { defaultPrefix, forTesting } from '../hosts/attach/attach-options.ts';
import { attachImage } from './attach-and-start.ts';
import { attachOnHost, remembered } from './attach-host-image.ts';
import { chooseAttachOptions } from './choose-attach-options.ts';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, hostImageOf, imageOf } from './context.ts';

/** For the row's image, of a host or of the workspace, or for one of the workspace that the user chooses. */
export async function attachWithOptions(context: CommandContext, argument: unknown): Promise<void> {
  const { choices, registry } = context;
  const there = hostImageOf(context, argument);
  if (there) {
    const { host, image } = there;
    if (!(await reach(context, host))) return;
    const options = await chooseAttachOptions(host, image.name, defaultPrefix(image.path), remembered(context, host, image.path), false);
    if (!options) return;
    await choices.remember(host.id, image.path, options);
    await attachOnHost(context, host, image.path, options);
    return;
  }
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Attach which image with options?')));
  if (!image) return;
  const host = registry.active() ?? (await chooseHost(context, l10n.t('Attach {0} to which host?', image.name)));
  if (!host || !(await reach(context, host))) return;
  const before = choices.of(host.id, image.path) ?? { ...forTesting, profile: profileFor(image.path) };
  const options = await chooseAttachOptions(host, image.name, image.prefix, before, true);
  if (!options) return;
  await choices.remember(host.id, image.path, options);
  await attachImage(context, image, options);
}
