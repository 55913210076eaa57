/** The image on a host that a command acts on: that of its row, or one that the user chooses on the active host. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import type { Host, HostImage } from '../hosts/contract.ts';
import { hostImageWords } from '../tree/host-items.ts';
import { chooseHost } from './choose-host.ts';
import { reach } from './connect.ts';
import { type CommandContext, hostImageOf } from './context.ts';

export interface ChosenImage {
  readonly host: Host;
  readonly image: HostImage;
}

/** Undefined where the user chose none, or there is none that fits. */
export async function chooseHostImage(
  context: CommandContext,
  argument: unknown,
  title: string,
  fits: (image: HostImage) => boolean = () => true,
): Promise<ChosenImage | undefined> {
  const row = hostImageOf(context, argument);
  if (row) return (await reach(context, row.host)) ? row : undefined;
  const host = context.registry.active() ?? (await chooseHost(context, title));
  if (!host || !(await reach(context, host))) return undefined;
  const images = (await host.images()).filter(fits);
  if (images.length === 0) {
    void vscode.window.showInformationMessage(forNotification(l10n.t('No image on {0} fits.', host.name)));
    return undefined;
  }
  const items = images.map(image => ({
    label: withoutIcons(image.name),
    description: withoutIcons(hostImageWords(host, image)),
    detail: withoutIcons(image.path),
    image,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  return picked && { host, image: picked.image };
}
