/** What lies on a host of an image: what belongs together, and what goes when there are too many versions. */
import type { AttachOptions } from '../attach/attach-options.ts';
import type { AttachedUnit } from '../attach/image-state.ts';
import type { Work } from '../attach/operations.ts';
import { poolOf } from '../on-host/places.ts';
import type { Keeper } from '../upload/keeper.ts';
import { type DeployWork, lock, withKeeper } from './deploy-work.ts';
import { type Found, filesThatGo, idOf, setName, versionsAmong } from './extension-versions.ts';
import { familyOf, type Version, versionsIn, versionsToRemove } from './versions.ts';

/** The links that say what belongs together, of this image, below the keeper's pool. */
export async function setsOf({ image, machineId }: Work, keeper: Keeper): Promise<readonly Found[]> {
  const said = Buffer.from(await keeper.ask('sets', familyOf(image, machineId)), 'latin1').toString('utf8');
  const fields = said.split('\u0001');
  return fields.flatMap((name, i) => (i % 2 === 0 && name !== '' ? [{ name, target: fields[i + 1] ?? '' }] : []));
}

/** The versions that lie in a keeper's pool. */
async function versionsThere(work: Work, keeper: Keeper, runtime: boolean): Promise<readonly Version[]> {
  const found = [...keeper.versions.map(name => ({ name })), ...(await setsOf(work, keeper))];
  return versionsAmong(found, versionsIn(poolOf(work.connection.places, runtime)), work.image, work.machineId);
}

/** Writes down what belongs together, unless it is already. The name of what was written. */
export async function record(
  work: Work,
  keeper: Keeper,
  sets: readonly Found[],
  marker: string,
  time: number,
): Promise<string | undefined> {
  if (sets.some(({ target }) => target === marker)) return undefined;
  const name = setName(work.image, work.machineId, time);
  return (await keeper.ask('record', `${name} ${marker}`)) === 'yes' ? name : undefined;
}

/** Keeps what was put in place, and removes the versions that are too many. */
export async function tidyUp(
  work: DeployWork,
  keeper: Keeper,
  { runtime, extensions }: AttachOptions,
  path: string,
  replaced: AttachedUnit | undefined,
): Promise<void> {
  const { image, machineId } = work;
  const [now, before] = [idOf(path, extensions, image, machineId), replaced && idOf(replaced.image, replaced.extensions, image, machineId)];
  const kept = keeper.ask('keep');
  const there = await versionsThere(work, keeper, runtime);
  const going = versionsToRemove(there, now, before, work.keepVersions);
  const staying = there.filter(version => !going.includes(version));
  const names = filesThatGo(going, staying, [path, ...extensions], image, machineId);
  await Promise.all([kept, ...names.map(name => keeper.ask('remove', name))]);
}

/** Removes versions that are not attached, and what only they are made of. Returns the names of those that are still in use. */
export async function removeVersions(work: DeployWork, versions: readonly Version[]): Promise<readonly string[]> {
  const inUse: string[] = [];
  const { image, machineId } = work;
  for (const runtime of [true, false]) {
    const going = versions.filter(version => version.runtime === runtime);
    if (going.length === 0) continue;
    await withKeeper(work, poolOf(work.connection.places, runtime), async keeper => {
      await lock(work, keeper);
      const units = await work.attached(work.progress.signal);
      const attached = [...new Set(units.flatMap(unit => [unit.image, ...unit.extensions]))];
      const ids = new Set(units.map(unit => idOf(unit.image, unit.extensions, image, machineId)));
      const there = await versionsThere(work, keeper, runtime);
      for (const version of going) {
        if (ids.has(idOf(version.path, version.extensions ?? [], image, machineId))) inUse.push(version.name);
      }
      const gone = going.filter(({ name }) => !inUse.includes(name));
      const staying = there.filter(({ name }) => !gone.some(version => version.name === name));
      for (const version of gone) {
        const others = [...staying, ...gone.filter(other => inUse.includes(other.name))];
        // the link that names the rest goes last
        for (const name of filesThatGo([version], others, attached, image, machineId).toReversed()) {
          if ((await keeper.ask('remove', name)) === 'yes') continue;
          inUse.push(version.name);
          break;
        }
      }
    });
  }
  return inUse;
}
