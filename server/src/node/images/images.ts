import { describeImage, type ImageAccess } from '../../image/facts.ts';
import { findImagePlaces, type ImagePlace } from '../../image/find.ts';
import type { ImageFacts } from '../../protocol.ts';
import { thisMachine } from '../this-machine.ts';
import { decompressors } from './decompressors.ts';
import { imageFiles } from './image-files.ts';
import { amongVersions, type TakenFor, type Versions } from './versions.ts';

/** For whom images are described. */
interface ToldFor extends TakenFor, Pick<ImageAccess, 'scope'> {}

/** How far below a folder images are looked for. */
const limits = { depth: 4, directories: 5_000, images: 500 };
/** Milliseconds after which a search ends with what it has found. */
const searchTime = 3_000;
/** Images described at a time. */
const parallel = 4;
/** Raw images whose facts are remembered. */
const maxRemembered = 1_000;

/** Facts of raw images by path, with the stamp of the file that they were read from, and for whom they were read. */
const remembered = new Map<string, { readonly stamp: string; readonly facts: ImageFacts }>();

/**
 * Finds and describes the images below some folders (absolute paths, images themselves or not), in order of path. An image that cannot be
 * read is there with its problem. A raw image that has not changed is not read again. Bounded in depth, count and time: what lies beyond is
 * not found. Of several versions or architectures it is told which ones count for that systemd and machine.
 */
export async function findImages(
  folders: readonly string[],
  { systemd, machine = thisMachine, scope }: ToldFor = {},
): Promise<readonly ImageFacts[]> {
  const end = Date.now() + searchTime;
  const places = await findImagePlaces(folders, imageFiles, { ...limits, expired: () => Date.now() > end });
  const images: ImageFacts[] = [];
  const queue = [...places];
  const known = new Map<string, Promise<Versions | undefined>>();
  const work = async () => {
    for (let place = queue.pop(); place; place = queue.pop()) {
      const among = await amongVersions(place.path, { ...(systemd !== undefined && { systemd }), machine }, known);
      const facts = await describePlace(place, machine, scope);
      images.push(among ? { ...facts, among } : facts);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return images.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Describes an image for a machine of an architecture and a manager; a raw one that has not changed is not read again. Never rejects for what it holds. */
export async function describePlace(
  { path, kind }: ImagePlace,
  machine: string | undefined = thisMachine,
  scope?: ImageAccess['scope'],
): Promise<ImageFacts> {
  const access: ImageAccess = { files: imageFiles, decompressors, ...(machine !== undefined && { machine }), scope };
  if (kind === 'directory') return describeImage(path, kind, access);
  const stamp = await stampOf(path, `${machine} ${scope}`);
  const known = remembered.get(path);
  if (known && known.stamp === stamp) return known.facts;
  const facts = await describeImage(path, kind, access);
  // a file that changed while it was read is read again next time
  if (stamp !== undefined && stamp === (await stampOf(path, `${machine} ${scope}`))) {
    remembered.set(path, { stamp, facts });
    for (const oldest of remembered.keys()) if (remembered.size > maxRemembered) remembered.delete(oldest);
  } else remembered.delete(path);
  return facts;
}

async function stampOf(path: string, toldFor: string): Promise<string | undefined> {
  try {
    const target = await imageFiles.realpath(path);
    const stat = target === undefined ? undefined : await imageFiles.stat(target);
    return stat && `${stat.stamp} ${toldFor}`;
  } catch {
    return undefined; // describing it says why
  }
}
