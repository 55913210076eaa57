/** Where paths lead inside an image tree. */
import { join, normalize, relative, resolve, sep } from 'node:path';
import { openDirectory } from '../../image/directory-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';
import type { Place } from '../lint/lint-paths.ts';
import { imageFiles } from './image-files.ts';

/** Finds paths inside an image tree: each is a path of this machine below the tree, else a path as the image sees it. */
export function placesInTree(root: string): (asked: string) => Promise<Place> {
  return async asked => {
    try {
      const base = (await imageFiles.realpath(resolve(root))) ?? resolve(root);
      const below = [resolve(root), base].map(r => relative(r, resolve(asked))).find(r => r !== '..' && !r.startsWith(`..${sep}`));
      const found = await resolveInImage(await openDirectory(imageFiles, base), below ?? asked);
      if (found.outcome === 'found') return { path: join(base, found.path), linked: found.path !== normalize(`/${below ?? asked}`) };
      // a link to /dev/null masks a unit, and images have no devices
      if (found.outcome === 'missing' && /^\/dev(\/null)?$/.test(found.at)) return { masked: true };
      if (found.outcome === 'missing') return { why: `there is no such file in ${root} (looked for ${found.at})` };
      return {
        why: found.outcome === 'loop' ? 'its links lead in a circle' : `it cannot be looked up in ${root}: ${found.outcome} at ${found.at}`,
      };
    } catch (error) {
      return { why: `${root} cannot be used as an image tree: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}
