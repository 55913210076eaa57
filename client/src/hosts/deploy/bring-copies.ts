/** Brings an image and the extension images that go with it to the temporary place of a keeper, side by side. */
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import type { AttachOptions } from '../attach/attach-options.ts';
import type { AttachedUnit } from '../attach/image-state.ts';
import type { Work } from '../attach/operations.ts';
import { poolOf } from '../on-host/places.ts';
import { type Keeper, keeperOf } from '../upload/keeper.ts';
import { type BeingRead, type Bringing, bringImage } from '../upload/upload-image.ts';
import { type BroughtExtension, bringExtension, copiesOf } from './brought-extensions.ts';
import type { DeployWork } from './deploy-work.ts';
import { familyOf, readStamp, sameDigest, timeAfter, type Version, versionAt, versionName, versionsIn } from './versions.ts';

/** The keeper's word for an extension image; the image itself has none. */
export const partName = (index: number): string => String(index + 1);

/** What was brought, the image and its extension images, not in place yet. */
export interface Copies {
  readonly base: { readonly name: string; readonly brought: boolean };
  readonly extensions: readonly BroughtExtension[];
  /** In the names of what is new, in ms since the epoch. */
  readonly time: number;
  /** Makes sure that all of it has arrived whole. Rejects with a failure. */
  check(): Promise<void>;
}

/** What is being read here: the image, and the extension images that are laid over it, in that order. */
export interface Begun extends Pick<Bringing, 'rsyncHere'> {
  readonly source: BeingRead;
  readonly overlays: readonly { readonly image: ImageFacts; readonly source: BeingRead }[];
}

/** Brings all of it to the keeper's temporary place, once it is known that all of it fits. */
export async function bringAll(
  work: DeployWork,
  options: AttachOptions,
  keeper: Keeper,
  attached: readonly AttachedUnit[],
  { rsyncHere, source, overlays }: Begun,
): Promise<Copies> {
  const { image, machineId, connection, transport, spawn, clock, isRoot, rsync } = work;
  const pool = poolOf(connection.places, options.runtime);
  const first = attached[0];
  const there = keeper.versions
    .map(name => versionAt(`${versionsIn(pool)}/${name}`, image, machineId))
    .filter(version => version !== undefined)
    .sort((a, b) => (a.path === first?.image ? -1 : b.path === first?.image ? 1 : a.time < b.time ? 1 : -1));
  const gone = attached.flatMap(unit => versionAt(unit.image, image, machineId) ?? []); // perhaps: somebody may have removed it
  const time = timeAfter(clock.now(), [...there, ...gone, ...timesOf(work, keeper)]);
  const deps = { transport, spawn, clock, isRoot, pool, rsync };
  const parts = overlays.map((overlay, i) => ({
    ...overlay,
    keeper: keeperOf(keeper, partName(i)),
    there: copiesOf(overlay.image, image, machineId, { keeper, pool, attached: first?.extensions ?? [] }),
  }));
  const rooms = await Promise.all(
    parts.map(async ({ source, there: copies }) => {
      const print = await source.print;
      return copies.some(({ digest }) => sameDigest(digest, print.digest)) ? 0 : print.allocated;
    }),
  );
  const after = (index: number): number => rooms.slice(index).reduce((sum, bytes) => sum + bytes, 0);
  const bringing: Bringing = {
    ...work,
    rsyncHere,
    source,
    deps,
    keeper: parts.length > 0 ? keeperOf(keeper, '') : keeper,
    beside: after(0),
  };
  const { print, same, check } = await bringImage(bringing, there);
  const extensions: BroughtExtension[] = [];
  for (const [i, part] of parts.entries()) {
    const own = { ...bringing, image: part.image, keeper: part.keeper, source: part.source, beside: after(i + 1) };
    extensions.push(await bringExtension({ bringing: own, base: image, machineId, time, there: part.there }));
  }
  return {
    base: same ? { name: same.name, brought: false } : { name: versionName(image, machineId, time, print.digest), brought: true },
    extensions,
    time,
    check: async () => {
      await check();
      for (const extension of extensions) await extension.check();
    },
  };
}

/** The times in the names of what else of the image lies there. */
function timesOf({ image, machineId }: Work, keeper: Keeper): readonly Pick<Version, 'time'>[] {
  const family = familyOf(image, machineId);
  return keeper.versions.flatMap(name => {
    const [, stamp = ''] = (name.startsWith(family) && /^-([^-.]+)/.exec(name.slice(family.length))) || [];
    const time = readStamp(stamp);
    return time === undefined ? [] : [{ time }];
  });
}
