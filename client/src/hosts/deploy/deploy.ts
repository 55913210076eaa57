/** Deploy: brings an image to a host, attaches it or puts it in the place of the version before, and restarts what that changed. */
import * as l10n from '@vscode/l10n';
import type { AttachOptions } from '../attach/attach-options.ts';
import { checkAttach, checkSubject } from '../attach/checks.ts';
import type { AttachedUnit } from '../attach/image-state.ts';
import { step, type Work } from '../attach/operations.ts';
import { hostFailure } from '../errors.ts';
import { poolOf } from '../on-host/places.ts';
import { type Keeper, keeperOf } from '../upload/keeper.ts';
import { hasRsync } from '../upload/rsync.ts';
import { startReading } from '../upload/upload-image.ts';
import { bringAll, type Copies, partName } from './bring-copies.ts';
import { extensionsHere } from './brought-extensions.ts';
import { deployInPlace } from './deploy-in-place.ts';
import { type DeployWork, lock, withKeeper } from './deploy-work.ts';
import { extensionAt } from './extension-versions.ts';
import { record, setsOf, tidyUp } from './old-versions.ts';
import { type Goal, lookBefore, type Switched, switchOver, type Then } from './switch-over.ts';
import { markerOf, sameDigest, type Version, versionAt, versionsIn } from './versions.ts';

/**
 * Deploys an image, and the extension images of this machine that go with it. Rejects with whatever went wrong, after everything that had been done
 * was undone: what was attached is attached again. With a StartFailure when only units did not start, and then nothing is undone.
 */
export async function deploy(work: DeployWork, options: AttachOptions, then: Then): Promise<Switched> {
  const { progress, place, doing } = work;
  await checkSubject(work, options);
  const overlays = await extensionsHere(doing, work.connection, options.brings);
  if (place.kind === 'in-place') return deployInPlace(work, place.path, overlays, options, then);
  // what can be asked at the same time is: over a slow line, each question takes long
  const checked = checkAttach(work, options);
  const rsyncHere = work.transport.ssh ? hasRsync(work) : Promise.resolve(false);
  checked.catch(() => {}); // awaited below
  const [source, read] = await Promise.all([
    startReading(work),
    Promise.all(overlays.map(async image => ({ image, source: await startReading({ ...work, image }) }))),
  ]);
  try {
    return await withKeeper(work, poolOf(work.connection.places, options.runtime), async keeper => {
      const first = (await checked).filter(unit => work.own(unit.image));
      const copies = await bringAll(work, options, keeper, first, { rsyncHere, source, overlays: read });
      step(work);
      await lock(work, keeper);
      const looked = work.attached(progress.signal).then(attached => lookBefore(work, attached)); // another may have had its turn meanwhile
      const [before, sets] = await Promise.all([looked, setsOf(work, keeper), copies.check()]);
      const { replaced, attached } = current(work, before.units);
      const path = await commit(work, options, keeper, copies.base, replaced);
      const added = copies.extensions.filter(extension => extension.brought);
      for (const [part, { name, brought: isNew }] of copies.extensions.entries()) {
        if (isNew) await keeperOf(keeper, partName(part)).ask('commit', name);
      }
      const all = { ...options, extensions: [...options.extensions, ...copies.extensions.map(extension => extension.path)] };
      const marker = markerOf(path, all.extensions);
      const set = overlays.length > 0 ? await record(work, keeper, sets, marker, copies.time) : undefined;
      const directory = versionsIn(poolOf(work.connection.places, options.runtime));
      const brought = [
        ...(copies.base.brought && path !== replaced?.path ? [path] : []),
        ...added.map(({ name }) => `${directory}/${name.split('/', 1)[0]}`),
        ...(set === undefined ? [] : [`${directory}/${set}`]),
      ];
      const goal: Goal = {
        path,
        brought,
        otherImage: () => replaced?.digest.rest !== versionAt(path, work.image, work.machineId)?.digest.rest,
        // it is done: what is not tidied up now is so with the next deploy
        meanwhile: () => tidyUp(work, keeper, all, path, attached).catch(() => {}),
      };
      return { ...(await switchOver(work, all, goal, then, before)), copied: brought.length > (set === undefined ? 0 : 1) };
    });
  } catch (error) {
    for (const each of [source, ...read.map(overlay => overlay.source)]) each.stop();
    await checked; // what can be known beforehand says more
    throw error;
  }
}

/** Goes back to a version that is on the host still, with its extension images. Its options are those of what is attached. */
export async function rollBack(work: DeployWork, version: Version, given: AttachOptions): Promise<Switched> {
  const foreign = (extensions: readonly string[]) => extensions.filter(path => !extensionAt(path, work.image, work.machineId));
  const options = { ...given, extensions: version.extensions ?? foreign(given.extensions) };
  await checkSubject(work, { ...options, extensions: foreign(options.extensions) });
  await checkAttach(work, options);
  return withKeeper(work, poolOf(work.connection.places, version.runtime), async keeper => {
    await lock(work, keeper);
    if (!keeper.versions.includes(version.name)) {
      throw hostFailure('refused', l10n.t('{0}: that version is gone.', work.doing.what), l10n.t('Refresh and choose another one.'));
    }
    const before = await lookBefore(work, await work.attached(work.progress.signal));
    const { replaced } = current(work, before.units);
    const otherImage = (): boolean => replaced?.digest.rest !== version.digest.rest;
    return switchOver(work, options, { path: version.path, brought: [], otherImage }, 'restart', before);
  });
}

/** Puts the image in place. The path of the version, which is another one where somebody was quicker to bring the same. */
async function commit(
  work: DeployWork,
  options: AttachOptions,
  keeper: Keeper,
  { name, brought }: Copies['base'],
  attached: Version | undefined,
): Promise<string> {
  const path = `${versionsIn(poolOf(work.connection.places, options.runtime))}/${name}`;
  if (!brought) {
    if ((await keeper.ask('there', name)) === 'yes') return path;
    const what = l10n.t('{0}: the copy that was on the host has been removed meanwhile.', work.doing.what);
    throw hostFailure('refused', what, l10n.t('Try again: the image is then brought there anew.'));
  }
  const wanted = versionAt(path, work.image, work.machineId);
  const quicker = attached?.runtime === options.runtime && wanted !== undefined && sameDigest(attached.digest, wanted.digest);
  if (quicker && (await keeper.ask('there', attached.name)) === 'yes') return attached.path;
  await keeperOf(keeper, '').ask('commit', name);
  return path;
}

/** The version that is attached, if one is, and a unit of it. */
function current(
  { own, image, machineId }: Work,
  units: readonly AttachedUnit[],
): { readonly replaced: Version | undefined; readonly attached: AttachedUnit | undefined } {
  const attached = units.find(unit => own(unit.image));
  return { attached, replaced: attached && versionAt(attached.image, image, machineId) };
}
