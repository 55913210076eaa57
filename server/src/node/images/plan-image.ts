/** Reads images of this machine as portabled would, and plans their attach. */
import { architectureOf } from '../../image/architecture.ts';
import type { ByteSource } from '../../image/byte-source.ts';
import { openDirectory } from '../../image/directory-tree.ts';
import type { ImageTree } from '../../image/image-tree.ts';
import { oneLook } from '../../image/one-look.ts';
import { openRawImage } from '../../image/raw-image.ts';
import { type AttachPlan, type HostFacts, planAttach } from '../../portable/plan/attach-plan.ts';
import { pinnedPolicy } from '../../portable/plan/pinned-policy.ts';
import { type ImageRole, type PortableImage, portableImage } from '../../portable/plan/portable-image.ts';
import type { Manager } from '../../unit/search-path.ts';
import { thisMachine } from '../this-machine.ts';
import { decompressors } from './decompressors.ts';
import { imageFiles } from './image-files.ts';

/** The images of an attach on this machine, and where they lie on the host if that is another place. */
export interface PlannedImages {
  readonly image: string;
  readonly hostPath?: string;
  readonly extensions: readonly string[];
}

/** How to attach: as AttachRequest, without the images. */
export type PlannedOptions = Omit<Parameters<typeof planAttach>[0], 'base' | 'extensions'>;

/** Lends an image of this machine, opened for a machine of an architecture; `raw` are the bytes of a raw one. Throws ImageErrors. */
async function withImage<T>(path: string, machine: string | undefined, use: (tree: ImageTree, raw?: ByteSource) => Promise<T>): Promise<T> {
  const real = (await imageFiles.realpath(path)) ?? path;
  const stat = await imageFiles.stat(real);
  if (stat?.kind === 'directory') return use(await openDirectory(imageFiles, real));
  const file = await imageFiles.open(real);
  try {
    return await use(await openRawImage(file, decompressors, machine), file);
  } finally {
    await file.close();
  }
}

/** Reads an image for a machine of an architecture. Throws ImageErrors. */
export const readPortableImage = (
  path: string,
  role: ImageRole,
  { hostPath = path, machine = thisMachine, manager }: ReadFor = {},
): Promise<PortableImage> => withImage(path, machine, (tree, raw) => portableImageOf(tree, raw, hostPath, role, manager));

/** The most names that are looked up in one image. */
const maxLookups = 200_000;

/** For which host an image is read. */
interface ReadFor {
  readonly hostPath?: string;
  readonly machine?: string;
  /** Whose portabled reads it; by default the system's. */
  readonly manager?: Manager;
}

async function portableImageOf(
  tree: ImageTree,
  raw: ByteSource | undefined,
  path: string,
  role: ImageRole,
  manager: Manager = 'system',
): Promise<PortableImage> {
  const policy = raw && (await pinnedPolicy(raw));
  return portableImage(oneLook(tree, maxLookups), {
    path,
    kind: raw ? 'raw' : 'directory',
    role,
    manager,
    ...(policy !== undefined && { policy }),
  });
}

/** Reads an image, and what it is made for, under systemd's name; undefined where nothing in it tells. Throws ImageErrors. */
export const readImageAndArchitecture = (
  path: string,
  manager: Manager,
): Promise<{ readonly image: PortableImage; readonly architecture?: string }> =>
  withImage(path, thisMachine, async (tree, raw) => {
    const image = await portableImageOf(tree, raw, path, 'base', manager);
    const architecture = await architectureOf(tree, image.release);
    return { image, ...(architecture !== undefined && { architecture }) };
  });

/** From this version on, raw images are pinned to what they are. */
const pinnedFrom = 260;

/** Plans an attach. Throws ImageErrors where an image cannot be read. */
export async function planImages(
  { image, hostPath = image, extensions }: PlannedImages,
  options: PlannedOptions,
  host: HostFacts,
): Promise<AttachPlan> {
  const reader: ReadFor = {
    manager: host.user ? 'user' : 'system',
    ...(host.architecture !== undefined && { machine: host.architecture }),
  };
  const base = await readPortableImage(image, 'base', { ...reader, hostPath });
  const laid: PortableImage[] = [];
  for (const path of extensions) laid.push(await readPortableImage(path, 'extension', reader));
  const plan = planAttach({ ...options, base, extensions: laid }, host);
  if (plan.outcome === 'refused') return plan;
  const unpinned = [base, ...laid].filter(({ kind, policy }) => kind === 'raw' && policy === undefined && host.systemd >= pinnedFrom);
  const architecture = laid.some(({ release }) => release?.ARCHITECTURE && release.ARCHITECTURE !== '_any') && !host.architecture;
  const unknown = [
    ...plan.unknown,
    ...(host.user && [base, ...laid].some(({ kind }) => kind === 'raw') ? ['whether the host mounts raw images for users'] : []),
    ...unpinned.map(({ path }) => `what systemd pins ${path} to (RootImagePolicy= or ExtensionImagePolicy=)`),
    ...(architecture ? ['whether the architecture of the host is that of the extension'] : []),
  ];
  return { ...plan, unknown: [...new Set(unknown)] };
}
