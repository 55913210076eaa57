/** Detach, of an image that lies on a host: names everything that goes, and asks. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { affectedWords } from '../common/affected-words.ts';
import { sayBriefly } from '../common/say-briefly.ts';
import { oneLine } from '../common/sinks.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { actOnHost } from './act-on-host.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** Detaches the row's image, or one that the user chooses. */
export async function detachHostImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Detach which image?'), image => image.attached !== undefined);
  if (!chosen) return;
  const { host, image } = chosen;
  const affected = await host.onHost.affectedByDetach(image.path);
  const keep = { title: l10n.t('Detach') };
  const clean = { title: l10n.t('Detach and Remove Its Data') };
  const question = oneLine(l10n.t('Detach {0} from {1}?', hostImageTitle(image), host.name));
  const picked = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: affectedWords(image.path, affected) },
    keep,
    clean,
  );
  if (!picked) return;
  const options = { clean: picked === clean, reload: true, agreed: affected.units.map(({ name }) => name) };
  const title = l10n.t('Detaching {0} from {1}', hostImageTitle(image), host.name);
  const ended = await actOnHost(context, host, title, progress => host.onHost.detach(image.path, options, progress), true);
  if (!ended?.ok) return;
  for (const change of ended.value) context.output.info(`${change.type} ${change.path}`);
  sayBriefly(l10n.t('{0} is detached from {1}.', hostImageTitle(image), host.name));
}
