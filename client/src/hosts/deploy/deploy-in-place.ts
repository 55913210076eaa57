/** Deploy of an image that is attached from where it lies on this machine, with the extension images that go with it. */
import { realpath, stat } from 'node:fs/promises';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import type { AttachOptions } from '../attach/attach-options.ts';
import { checkAttach } from '../attach/checks.ts';
import { inTurn } from '../attach/turn.ts';
import { isHostFailure } from '../errors.ts';
import { markingDropIn } from '../on-host/places.ts';
import type { Fingerprint } from '../upload/fingerprint.ts';
import { readImage } from '../upload/upload-image.ts';
import type { DeployWork } from './deploy-work.ts';
import { type Before, lookBefore, type Switched, switchOver, type Then } from './switch-over.ts';

/** Attaches the image at a path, the extension images `over` it where they lie, or anew what changed there since. Rejects as `deploy` does. */
export async function deployInPlace(
  work: DeployWork,
  path: string,
  over: readonly ImageFacts[],
  options: AttachOptions,
  then: Then,
): Promise<Switched> {
  await checkAttach(work, options);
  const prints = await Promise.all([work.image, ...over].map(image => printOf({ ...work, image })));
  const extensions = await Promise.all(over.map(image => realpath(image.path)));
  return inTurn(work, async () => {
    const before = await lookBefore(work, await work.attached(work.progress.signal)); // another may have had its turn meanwhile
    const changed = (what: 'changed' | 'unitsChanged', since: number): boolean =>
      prints.some(print => print === undefined || print[what] > since);
    const goal = {
      path,
      brought: [],
      unitsChanged: changed('unitsChanged', await attachedAt(work, before)),
      otherImage: (since: number) => changed('changed', since),
    };
    return switchOver(work, { ...options, extensions: [...options.extensions, ...extensions] }, goal, then, before);
  });
}

/** portabled may read what this user may not, such as directories that systemd made in it: whether it changed is then not known. */
async function printOf(work: DeployWork): Promise<Fingerprint | undefined> {
  return readImage(work).catch((error: unknown) => {
    if (isHostFailure(error) && error.kind === 'not-allowed') return undefined;
    throw error;
  });
}

/** When portabled wrote the units that are attached, in ms since the epoch: the clock of the image's own files. */
async function attachedAt({ connection }: DeployWork, { units }: Before): Promise<number> {
  const times = units.map(async unit => (await stat(markingDropIn(connection.places, unit)).catch(() => undefined))?.mtimeMs ?? 0);
  return Math.min(...(await Promise.all(times)));
}
