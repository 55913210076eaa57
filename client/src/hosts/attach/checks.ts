/** What can be known to be wrong before anything is changed on a host. */
import * as l10n from '@vscode/l10n';
import { prefixFault } from '../deploy/image-names.ts';
import { hostFailure, rightsMissing } from '../errors.ts';
import { checkChoices, checkPortabled, checkRawOfUser } from '../on-host/host-image-checks.ts';
import type { AttachOptions } from './attach-options.ts';
import { type AttachedUnit, alsoDetached, type DetachRequest, detachRequests } from './image-state.ts';
import type { Work } from './operations.ts';

/** Rejects with a failure where this image cannot be brought to this host by this user, whatever is attached there. */
export async function checkSubject(work: Work, options: AttachOptions): Promise<void> {
  const { connection, doing, image } = work;
  checkPortabled(connection, doing);
  const fault = prefixFault(image.name, options.prefixes);
  if (fault) throw hostFailure('refused', l10n.t('{0}: {1}.', doing.what, fault.why), fault.advice);
  await checkRights(work);
  await checkChoices(work, options);
  await checkRawOfUser(work, [image.path, ...options.extensions, ...options.brings]);
}

/** What is attached there. Rejects with a failure when the attach cannot go well, or would harm another image. */
export async function checkAttach(work: Work, options: AttachOptions): Promise<readonly AttachedUnit[]> {
  const { doing, image, progress, own, hostPath } = work;
  const attached = await work.attached(progress.signal);
  const requests = [requestFor(hostPath, options), ...detachRequests(attached.filter(unit => own(unit.image)))];
  refuseIfOthersGo(work, attached, requests);
  const wanted = new Set(image.units.filter(unit => unit.attachable).map(unit => unit.name));
  const taken = attached.find(unit => !own(unit.image) && wanted.has(unit.name));
  if (taken && !options.force) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: its unit {1} is attached from another image, {2}.', doing.what, taken.name, taken.image),
      l10n.t('Detach that image first.'),
    );
  }
  return attached;
}

/** What will detach an image that is attached with these options. Of extension images that are brought, it is not known yet what they are called there. */
export function requestFor(image: string, { runtime, extensions, brings }: AttachOptions): DetachRequest {
  return { image, runtime, ...(brings.length === 0 && { extensions }) };
}

/** Refuses where portabled, which tells images apart by name only, would for these requests take what belongs to another. */
export function refuseIfOthersGo(
  { doing, connection, own }: Pick<Work, 'doing' | 'connection'> & Partial<Pick<Work, 'own'>>,
  attached: readonly AttachedUnit[],
  requests: readonly DetachRequest[],
): void {
  const others = alsoDetached(requests, attached, connection.version.major).filter(path => !own?.(path));
  if (others.length === 0) return;
  throw hostFailure(
    'refused',
    l10n.t(
      '{0}: portabled would take it for the same image as {1}, which is attached there, and remove the units of both.',
      doing.what,
      others.join(', '),
    ),
    l10n.t('Detach that one first, with "portablectl detach {0}" on the host if it does not come from here.', others[0] ?? ''),
  );
}

/** Refuses users without rights: bringing and removing a copy for the system needs root. In place, polkit decides when portabled asks it. */
export async function checkRights({ connection, doing, place }: Pick<Work, 'connection' | 'doing' | 'place'>): Promise<void> {
  if (place.kind === 'in-place' || connection.rights === 'own') return;
  const { uid, name } = await connection.user();
  if (uid !== 0) throw rightsMissing(doing, l10n.t('Programs run there as {0} (user id {1}).', name, uid));
}
