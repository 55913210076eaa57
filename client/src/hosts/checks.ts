/** What can be known to be wrong before anything is changed on a host. */
import * as l10n from '@vscode/l10n';
import { hostFailure, portabledMissing, rightsMissing } from './errors.ts';
import { type AttachedUnit, alsoDetached } from './image-state.ts';
import type { Work } from './operations.ts';

/** Names that portabled takes, and that stay themselves in `RootDirectory=` (no specifiers) and in portabled's marker (no colon, no quotes). */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,200}$/;

/** A profile's name goes unchecked into a path of portabled: no slashes, no leading dot. */
export const plainProfile = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Rejects with a failure when the attach cannot go well, or would harm another image. */
export async function checkAttach(work: Work, profile: string): Promise<void> {
  const { connection, doing, image, progress, hostPath } = work;
  if (!connection.hasPortabled) throw portabledMissing(doing);
  if (!plainName.test(image.name)) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: portabled cannot work with the name {1}.', doing.what, JSON.stringify(image.name)),
      l10n.t('Rename the image to letters, digits, "-", "." and one "_" before its version, as in hello_1.0.'),
    );
  }
  if (!plainProfile.test(profile)) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: {1} is no name of a profile.', doing.what, JSON.stringify(profile)),
      l10n.t('Profiles are default, nonetwork, strict, trusted, or your own.'),
    );
  }
  await checkRights(work);
  const [profiles, attached] = await Promise.all([connection.portabled.profiles(), work.attached(progress.signal)]);
  // portabled attaches without any profile when it does not know the name (247 to 262.0)
  if (!profiles.includes(profile)) {
    const known = [...profiles].sort().join(', ');
    throw hostFailure(
      'refused',
      l10n.t('{0}: {1} has no profile {2}.', doing.what, doing.host, profile),
      l10n.t('Choose one that it has: {0}.', known),
    );
  }
  refuseIfOthersGo(work, attached);
  const wanted = new Set(image.units.filter(unit => unit.attachable).map(unit => unit.name));
  const taken = attached.find(unit => unit.image !== hostPath && wanted.has(unit.name));
  if (taken) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: its unit {1} is attached from another image, {2}.', doing.what, taken.name, taken.image),
      l10n.t('Detach that image first.'),
    );
  }
}

/** Refuses where portabled, which tells images apart by name only, would take what belongs to another. */
export function refuseIfOthersGo(
  { doing, connection, hostPath }: Pick<Work, 'doing' | 'connection' | 'hostPath'>,
  attached: readonly AttachedUnit[],
): void {
  const others = alsoDetached(hostPath, attached, connection.version.major);
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

/** Refuses users without rights: bringing and removing a copy needs root. In place, polkit decides when portabled asks it. */
export async function checkRights({ connection, doing, copy }: Pick<Work, 'connection' | 'doing' | 'copy'>): Promise<void> {
  if (copy === undefined) return;
  const { uid, name } = await connection.user();
  if (uid !== 0) throw rightsMissing(doing, l10n.t('Programs run there as {0} (user id {1}).', name, uid));
}
