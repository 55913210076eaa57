/** Make Persistent: attaches for good what would be gone after a reboot. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sayBriefly } from '../common/say-briefly.ts';
import { oneLine } from '../common/sinks.ts';
import { isOwn } from '../hosts/attach/rights.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** For the row's image, or one that the user chooses. */
export async function makePersistent(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(
    context,
    argument,
    l10n.t('Make which image persistent?'),
    image => image.attached?.runtime === true,
  );
  if (!chosen) return;
  const { host, image } = chosen;
  const moves = image.path.startsWith('/run/') ? l10n.t('It is moved from {0} to where images stay.', image.path) : '';
  const detail = isOwn(host.definition)
    ? l10n.t(
        "Its units are stopped for a moment. Enabled, they start whenever the user's manager does; else they only stay attached. {0}",
        moves,
      )
    : l10n.t('Its units are stopped for a moment. Enabled, they start at each boot; else they only stay attached. {0}', moves);
  const enable = { title: l10n.t('Attach and Enable') };
  const plain = { title: l10n.t('Attach Only') };
  const question = oneLine(l10n.t('Attach {0} to {1} for good?', hostImageTitle(image), host.name));
  const picked = await vscode.window.showWarningMessage(question, { modal: true, detail: oneLine(detail).trim() }, enable, plain);
  if (!picked) return;
  const title = l10n.t('Making {0} persistent on {1}', hostImageTitle(image), host.name);
  const persist = { enable: picked === enable };
  const ended = await actOnHost(context, host, title, progress => host.onHost.makePersistent(image.path, persist, progress), true);
  if (ended?.ok) sayBriefly(l10n.t('{0} is attached to {1} {2}.', hostImageTitle(image), host.name, l10n.t('for good')));
}
