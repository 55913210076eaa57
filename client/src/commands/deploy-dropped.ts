/** Deploys images that were dropped onto a host, once the user has agreed: a hand can slip. */
import * as l10n from '@vscode/l10n';
import { tellFailure } from '../common/act.ts';
import { asFailure } from '../common/failure.ts';
import type { Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';
import { askBefore } from './ask-before.ts';
import type { CommandContext } from './context.ts';
import { deployImage } from './deploy.ts';

/** Deploys the images at these paths to a host. Never rejects. */
export async function deployDropped(context: CommandContext, host: Host, paths: readonly string[]): Promise<void> {
  const found = (await context.images.current()).filter(({ path }) => paths.includes(path));
  if (found.length === 0) return;
  const names = found.map(imageTitle).join(', ');
  const detail = l10n.t('It is copied there, attached, and its services are started, or restarted where they changed.');
  if (!(await askBefore(l10n.t('Deploy {0} to {1}?', names, host.name), detail, l10n.t('Deploy')))) return;
  for (const image of found) {
    try {
      await deployImage(context, image, host);
    } catch (error) {
      void tellFailure(context.output, asFailure(error, l10n.t('Deploying {0} to {1}', imageTitle(image), host.name)), {});
    }
  }
}
