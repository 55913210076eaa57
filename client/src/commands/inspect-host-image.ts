/** Inspect, of an image that lies on a host: portabled mounts it there and tells what it holds. Only on this action. */
import * as l10n from '@vscode/l10n';
import { act } from '../common/act.ts';
import { hostImageTitle } from '../tree/host-items.ts';
import { mayChange } from './ask-before.ts';
import { chooseHostImage } from './choose-host-image.ts';
import type { CommandContext } from './context.ts';

/** Shows the row's image, or one that the user chooses, as text. */
export async function inspectHostImage(context: CommandContext, argument: unknown): Promise<void> {
  const chosen = await chooseHostImage(context, argument, l10n.t('Inspect which image?'));
  if (!chosen) return;
  const { host, image } = chosen;
  const title = l10n.t('Looking into {0} on {1}', hostImageTitle(image), host.name);
  if (!(await mayChange(host, title))) return;
  const choices = { prefixes: [], extensions: image.attached?.extensions ?? [] };
  const ended = await act(context.output, {
    title,
    run: ({ signal }) => host.onHost.metadata(image.attached ? image.path : image.name, choices, signal),
    remedies: { retry: () => inspectHostImage(context, argument) },
  });
  if (ended.ok) await context.contentsOfImages.show(host.name, image, ended.value);
}
