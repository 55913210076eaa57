/** What a deploy asks before it brings anything. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { AttachOptions } from '../hosts/attach/attach-options.ts';
import type { Host, Progress } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import type { CommandContext } from './context.ts';

/** What is to be deployed where. */
interface Deploying {
  readonly host: Host;
  readonly image: ImageFacts;
  readonly options: AttachOptions;
  readonly anyway?: boolean;
}

/**
 * Rejects with a HostFailure where portabled would surely refuse the image, and unless the user wants it `anyway`, where the image cannot be read
 * here, a unit that is to run has an error, or systemd would not start it as portabled attaches it.
 */
export async function checkDeploy(
  { language, registry }: CommandContext,
  { host, image, options, anyway = false }: Deploying,
  progress: Progress,
): Promise<void> {
  const { checkPlan, checkImage, unreadable, unstartable } = await import('../preview/index.ts');
  if (image.problem !== undefined && !anyway) throw unreadable(image, host, image.problem);
  const planned = await checkPlan(language, host, image, options, progress);
  if (anyway) return;
  const failure = planned && unstartable(image, host, planned.failing);
  if (failure) throw failure;
  progress.report(l10n.t('Checking the units of {0}', imageTitle(image)));
  await checkImage(language, { image, options, host, active: registry.active() === host, ...(planned && { units: planned.units }) });
}
