/** Deploy: brings an image to a host, attaches it or puts it in the place of the version before, and restarts what that changed. */
import * as l10n from '@vscode/l10n';
import type { AttachOptions } from './attach-options.ts';
import { checkAttach, checkSubject } from './checks.ts';
import type { DeployOutcome } from './contract.ts';
import { hostFailure, isHostFailure, stopped } from './errors.ts';
import type { AttachedUnit } from './image-state.ts';
import { StartFailure, step, type Work } from './operations.ts';
import type { Spawn } from './process.ts';
import { type Goal, lookBefore, switchOver, type Then } from './switch-over.ts';
import type { FileDigests } from './upload/fingerprint.ts';
import { type Keeper, startKeeper } from './upload/keeper.ts';
import { hasRsync } from './upload/rsync.ts';
import type { SendDeps } from './upload/sending.ts';
import { type Bringing, type Brought, bringImage, readImage, startReading } from './upload.ts';
import { poolOf, sameDigest, timeAfter, type Version, versionAt, versionName, versionsIn, versionsToRemove } from './versions.ts';

/** What a deploy works with beyond other operations. */
export interface DeployWork extends Work {
  readonly spawn: Spawn;
  readonly isRoot: boolean;
  readonly rsync: SendDeps['rsync'];
  readonly known: FileDigests;
  /** How many versions stay beside the attached one. */
  readonly keepVersions: number;
}

/** Seconds that we wait for another deploy to the same host. */
const patience = 120;

/**
 * Deploys an image. Rejects with whatever went wrong, after everything that had been done was undone: what was attached is attached again. With
 * a StartFailure when only units did not start, and then nothing is undone.
 */
export async function deploy(work: DeployWork, options: AttachOptions, then: Then): Promise<DeployOutcome> {
  const { progress, place } = work;
  await checkSubject(work, options);
  if (place.kind === 'in-place') {
    const attached = await checkAttach(work, options);
    // portabled may read what this user may not, such as directories that systemd made in it: whether it changed is then not known
    const print = await readImage(work).catch((error: unknown) => {
      if (isHostFailure(error) && error.kind === 'not-allowed') return undefined;
      throw error;
    });
    const goal = { path: place.path, isNew: false, otherImage: (since: number) => print === undefined || print.changed > since };
    return switchOver(work, options, goal, then, await lookBefore(work, attached));
  }
  // what can be asked at the same time is: over a slow line, each question takes long
  const checked = checkAttach(work, options);
  const rsyncHere = work.transport.ssh ? hasRsync(work) : Promise.resolve(false);
  checked.catch(() => {}); // awaited below
  const source = await startReading(work);
  try {
    return await withKeeper(work, poolOf(options.runtime), async keeper => {
      const first = current(work, await checked);
      const { name, brought, there, check } = await bring(work, options, keeper, first, { rsyncHere, source });
      step(work);
      await lock(work, keeper);
      const looked = work.attached(progress.signal).then(attached => lookBefore(work, attached)); // another may have had its turn meanwhile
      const [before] = await Promise.all([looked, check()]);
      const replaced = current(work, before.units);
      const path = await commit(work, options, keeper, name, brought, replaced);
      const goal: Goal = {
        path,
        isNew: brought && path !== replaced?.path,
        otherImage: () => replaced === undefined || replaced.digest.rest !== versionAt(path, work.image, work.machineId)?.digest.rest,
        // it is done: what is not tidied up now is so with the next deploy
        meanwhile: () => tidyUp(keeper, versionsToRemove(there, path, replaced?.path, work.keepVersions)).catch(() => {}),
      };
      return { ...(await switchOver(work, options, goal, then, before)), copied: brought };
    });
  } catch (error) {
    source.stop();
    await checked; // what can be known beforehand says more
    throw error;
  }
}

async function tidyUp(keeper: Keeper, versions: readonly Version[]): Promise<void> {
  await Promise.all([keeper.ask('keep'), ...versions.map(({ name }) => keeper.ask('remove', name))]);
}

/** Goes back to a version that is on the host still. Its options are those of what is attached. */
export async function rollBack(work: DeployWork, version: Version, options: AttachOptions): Promise<DeployOutcome> {
  await checkSubject(work, options);
  await checkAttach(work, options);
  return withKeeper(work, poolOf(version.runtime), async keeper => {
    await lock(work, keeper);
    if (!keeper.versions.includes(version.name)) {
      throw hostFailure('refused', l10n.t('{0}: that version is gone.', work.doing.what), l10n.t('Refresh and choose another one.'));
    }
    const before = await lookBefore(work, await work.attached(work.progress.signal));
    const replaced = current(work, before.units);
    const goal = { path: version.path, isNew: false, otherImage: () => replaced?.digest.rest !== version.digest.rest };
    return switchOver(work, options, goal, 'restart', before);
  });
}

/** Removes versions that are not attached. Returns the names of those that are still in use. */
export async function removeVersions(work: DeployWork, versions: readonly Version[]): Promise<readonly string[]> {
  const inUse: string[] = [];
  for (const runtime of [true, false]) {
    const there = versions.filter(version => version.runtime === runtime);
    if (there.length === 0) continue;
    await withKeeper(work, poolOf(runtime), async keeper => {
      await lock(work, keeper);
      const attached = new Set((await work.attached(work.progress.signal)).map(unit => unit.image));
      for (const { name, path } of there) {
        if (attached.has(path) || (await keeper.ask('remove', name)) !== 'yes') inUse.push(name);
      }
    });
  }
  return inUse;
}

async function withKeeper<T>(work: DeployWork, pool: string, use: (keeper: Keeper) => Promise<T>): Promise<T> {
  const { transport, clock, deadlines, doing, progress } = work;
  try {
    const keeper = await startKeeper(pool, doing, progress.signal, { transport, clock, deadline: deadlines.program });
    try {
      const result = await use(keeper);
      await keeper.ask('free').catch(() => {}); // for the next one; where it has ended, it is
      void keeper.end().catch(() => {});
      return result;
    } catch (error) {
      await keeper.end().catch(() => {}); // it clears up by itself
      throw error;
    }
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    if (progress.signal.aborted) throw isHostFailure(error) ? error : stopped(progress.signal, doing);
    throw error;
  }
}

async function bring(
  work: DeployWork,
  options: AttachOptions,
  keeper: Keeper,
  attached: Version | undefined,
  begun: Pick<Bringing, 'rsyncHere' | 'source'>,
): Promise<Pick<Brought, 'check'> & { readonly name: string; readonly brought: boolean; readonly there: readonly Version[] }> {
  const { image, machineId, transport, spawn, clock, isRoot, rsync } = work;
  const pool = poolOf(options.runtime);
  const there = keeper.versions
    .map(name => versionAt(`${versionsIn(pool)}/${name}`, image, machineId))
    .filter(version => version !== undefined)
    .sort((a, b) => (a.path === attached?.path ? -1 : b.path === attached?.path ? 1 : a.time < b.time ? 1 : -1));
  const bringing: Bringing = { ...work, ...begun, keeper, deps: { transport, spawn, clock, isRoot, pool, rsync } };
  const { print, same, check } = await bringImage(bringing, there);
  if (same) return { name: same.name, brought: false, there, check };
  return { name: versionName(image, machineId, timeAfter(clock.now(), there), print.digest), brought: true, there, check };
}

async function lock({ doing, progress }: Work, keeper: Keeper): Promise<void> {
  progress.report(l10n.t('Waiting for its turn on {0}', doing.host));
  if ((await keeper.ask('lock', patience)) === 'yes') return;
  throw hostFailure(
    'refused',
    l10n.t('{0}: something else is being deployed to {1}, for more than {2} s now.', doing.what, doing.host, patience),
    l10n.t('Try again when that has ended.'),
  );
}

/** Puts what was brought in place. The path of the version, which is another one where somebody was quicker to bring the same. */
async function commit(
  work: DeployWork,
  options: AttachOptions,
  keeper: Keeper,
  name: string,
  brought: boolean,
  attached: Version | undefined,
): Promise<string> {
  const path = `${versionsIn(poolOf(options.runtime))}/${name}`;
  if (!brought) return path;
  const wanted = versionAt(path, work.image, work.machineId);
  const quicker = attached?.runtime === options.runtime && wanted !== undefined && sameDigest(attached.digest, wanted.digest);
  if (quicker && (await keeper.ask('there', attached.name)) === 'yes') return attached.path;
  await keeper.ask('commit', name);
  return path;
}

/** The version that is attached, if one is. */
function current({ own, image, machineId }: Work, attached: readonly AttachedUnit[]): Version | undefined {
  const path = attached.find(unit => own(unit.image))?.image;
  return path === undefined ? undefined : versionAt(path, image, machineId);
}
