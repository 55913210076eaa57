/** What we say that made up attaches come to: read from the images as they lie on a host, as a plan, and as files in the words of attach-cases.ts. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Places, systemPlaces } from '../../client/src/hosts/on-host/places.ts';
import type { LabHost } from '../../lab/hosts.ts';
import { openDirectory } from '../../server/src/image/directory-tree.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { type AttachPlan, type HostFacts, type PlannedFile, planAttach } from '../../server/src/portable/plan/attach-plan.ts';
import { pinnedPolicy } from '../../server/src/portable/plan/pinned-policy.ts';
import { type ImageRole, type PortableImage, portableImage } from '../../server/src/portable/plan/portable-image.ts';
import { type AttachCase, type CaseImage, localPath, pathOf, userManager } from './attach-cases.ts';

/** Whose portabled is asked. */
export type Asked = 'system' | 'user';

const [configUnits = '', runtimeUnits = '', configLinks = '', runtimeLinks = '', pool = ''] = userManager.written;
/** The directories of the user. */
export const userPlaces: Pick<Places, 'links' | 'pools' | 'units'> = {
  pools: { runtime: runtimeLinks, persistent: pool },
  links: { runtime: runtimeLinks, persistent: configLinks },
  units: { runtime: runtimeUnits, persistent: configUnits },
};
export const placesOf = (manager: Asked): Pick<Places, 'links' | 'units'> => (manager === 'user' ? userPlaces : systemPlaces);

async function read(lab: LabHost, image: CaseImage, role: ImageRole, number: number, manager: Asked): Promise<PortableImage> {
  const local = localPath(lab, image, number);
  const path = pathOf(image, number);
  // before 256 a directory of versions was a directory like any other
  if (image.versions !== undefined && lab.systemd < 256) {
    return portableImage(await openDirectory(imageFiles, dirname(local)), { path: dirname(path), kind: 'directory', role });
  }
  if (!image.raw) return portableImage(await openDirectory(imageFiles, local), { path, kind: 'directory', role, manager });
  const file = await imageFiles.open(local);
  try {
    const policy = await pinnedPolicy(file);
    return await portableImage(await openRawImage(file, decompressors), { path, kind: 'raw', role, ...(policy && { policy }) });
  } finally {
    await file.close();
  }
}

/** What we say that attaching a case comes to, or putting it in the place of what is attached. */
export async function planCase(
  lab: LabHost,
  one: Omit<AttachCase, 'next'>,
  number: number,
  { manager, replaces = false }: { readonly manager: Asked; readonly replaces?: boolean },
): Promise<AttachPlan> {
  const { image, extensions = [], prefixes, profile, copyMode = '', runtime = true, force = false, hostUnits = {} } = one;
  const chosen = (pair: Places['links']): string => (runtime ? pair.runtime : pair.persistent);
  const host: HostFacts = {
    systemd: lab.systemd,
    architecture: 'x86-64',
    units: new Set(Object.keys(hostUnits)),
    profile: (name, suffix) => {
      // in Debian's 247, /lib was not yet the same as /usr/lib
      const top = `${lab.systemd < 252 ? '' : '/usr'}/lib/systemd${manager === 'user' ? '/user' : ''}`;
      const path = `${top}/portable/profile/${name}/${suffix}.conf`;
      try {
        return { path, text: readFileSync(join(lab.root, path), 'utf8') };
      } catch {
        return undefined;
      }
    },
    ...(manager === 'user' && { user: { links: chosen(userPlaces.links), units: chosen(userPlaces.units) } }),
  };
  const base = await read(lab, image, 'base', number, manager);
  const laid = await Promise.all(extensions.map(each => read(lab, each, 'extension', number, manager)));
  return planAttach({ base, extensions: laid, prefixes, profile, copyMode, runtime, force, replaces }, host);
}

/** A file as attach-cases.ts tells those that are there. */
export const shown = (file: PlannedFile): string =>
  file.kind === 'file' ? `644 ${file.text}` : file.kind === 'link' ? `-> ${file.target}` : `image ${file.source}`;
