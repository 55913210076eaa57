/** The check before anything is brought to a host: what portabled would surely refuse is told then. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts, PlanResult } from '../../../server/src/protocol.ts';
import type { AttachOptions } from '../hosts/attach/attach-options.ts';
import type { Host, Progress } from '../hosts/contract.ts';
import { prefixFault } from '../hosts/deploy/image-names.ts';
import { hostFailure, isHostFailure } from '../hosts/errors.ts';
import type { LanguageServer } from '../language-client.ts';
import { type PlannedAttach, planOn } from './attach-plan.ts';

/** A plan that goes well. */
export type Attached = Extract<PlanResult, { readonly outcome: 'attached' }>;

/** What will be attached, where that is known: its units, and which of them cannot start. Rejects with a HostFailure where portabled would refuse the image, the profile is not there, or the host cannot be asked. What cannot be told beforehand passes. */
export async function checkPlan(
  language: Pick<LanguageServer, 'plan'>,
  host: Host,
  image: ImageFacts,
  options: AttachOptions,
  { signal, report }: Progress,
): Promise<Attached | undefined> {
  const wouldRefuse = (why: string, advice: string, said?: string) =>
    hostFailure('refused', l10n.t('portabled on {0} would refuse {1}: {2}', host.name, image.name, why), advice, said);
  const odd = prefixFault(image.name, options.prefixes);
  if (odd) throw wouldRefuse(`${odd.why}.`, odd.advice);
  report(l10n.t('Checking whether {0} can be attached', image.name));
  const planned = await planOn(language, host, image, options, signal).catch((error: unknown): PlannedAttach | undefined => {
    if (isHostFailure(error) || signal.aborted) throw error;
    return undefined; // the server does not run: portabled itself has the last word
  });
  if (planned?.profileMissing) {
    const [place = ''] = (await host.places()).profiles;
    throw hostFailure(
      'refused',
      l10n.t('{0} has no profile {1}: the units of {2} would run there without a sandbox.', host.name, options.profile, image.name),
      l10n.t('Choose another profile, or put this one below {0} on the host.', `${place}/portable/profile`),
    );
  }
  if (planned?.result.outcome !== 'refused') return planned?.result.outcome === 'attached' ? planned.result : undefined;
  const { what, advice, theirs } = planned.result.refusal;
  throw wouldRefuse(what, advice, theirs);
}
