/** What a deploy or an attach did, in a sentence: pure. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { DeployOutcome, Host } from '../hosts/contract.ts';
import { imageTitle } from '../tree/image-items.ts';

/** What a deploy did. */
export function deployedWords(host: Pick<Host, 'name'>, image: ImageFacts, { how, started, restarted }: DeployOutcome): string {
  const title = imageTitle(image);
  if (how === 'attached' && started.length > 0) return l10n.t('{0} is deployed to {1} and started.', title, host.name);
  if (how === 'attached') return l10n.t('{0} is deployed to {1}; nothing was started.', title, host.name);
  if (restarted.length > 0) return l10n.t('{0} is deployed to {1}; restarted: {2}.', title, host.name, restarted.join(', '));
  if (how === 'unchanged') return l10n.t('{0} is on {1} as it is here; nothing had to be restarted.', title, host.name);
  return l10n.t('{0} is deployed to {1}; nothing had to be restarted.', title, host.name);
}

/** What an attach did. */
export function attachedWords(host: Pick<Host, 'name'>, image: ImageFacts, { started }: Pick<DeployOutcome, 'started'>): string {
  const title = imageTitle(image);
  if (started.length > 0) return l10n.t('{0} is attached to {1} and started.', title, host.name);
  return l10n.t('{0} is attached to {1}; nothing was started.', title, host.name);
}
