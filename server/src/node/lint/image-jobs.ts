/** From paths inside an image to the files to judge. */
import { isGlob, matchesGlob } from '../../rules/control/glob.ts';
import { filesInImage, UnreadableImage } from './files-in-image.ts';
import type { Failure, ImageJobs, Job } from './lint-paths.ts';

/**
 * The unit and release files of an image, with extension images over it, that the paths inside it name or hold; those around them complete their
 * units. Never throws for what the images hold.
 */
export async function jobsInImage(image: string, extensions: readonly string[], paths: readonly string[]): Promise<ImageJobs> {
  try {
    const { jobs: all, find, prefix, failures: unread, ...files } = await filesInImage(image, extensions, paths);
    const below = ({ path }: Job) => path.slice(prefix.length);
    const wanted = new Set<Job>();
    const failures: Failure[] = [...unread];
    let masked = 0;
    for (const asked of paths) {
      const place = find(asked);
      const pattern = asked.replace(/^\/+/, '');
      const fits = (path: string) =>
        'path' in place
          ? path === place.path || path.startsWith(place.path === '/' ? '/' : `${place.path}/`)
          : isGlob(asked) && partsOf(path).some(part => matchesGlob(pattern, part));
      const fitting = all.filter(job => fits(below(job)));
      for (const job of fitting) wanted.add(job);
      // a link to /dev/null masks a unit, and images have no devices
      if ('missing' in place && /^\/dev(\/null)?$/.test(place.missing)) masked++;
      else if (fitting.length === 0 && asked !== '/') failures.push({ path: asked, why: whyNone(image, asked, place) });
    }
    return {
      ...files,
      prefix,
      jobs: all.filter(job => wanted.has(job)),
      beside: all.filter(job => !wanted.has(job)),
      masked,
      failures,
    };
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    return {
      jobs: [],
      beside: [],
      links: [],
      texts: new Map(),
      masked: 0,
      prefix: '',
      failures: [{ path: error.image, why: error.message }],
    };
  }
}

/** `a`, `a/b`, `a/b/c` of `/a/b/c`. */
const partsOf = (path: string): readonly string[] => {
  const names = path.split('/').slice(1);
  return names.map((_, n) => names.slice(0, n + 1).join('/'));
};

function whyNone(image: string, asked: string, place: { readonly path: string } | { readonly missing: string }): string {
  if (isGlob(asked)) return 'no unit file matches this pattern';
  if ('missing' in place) return `there is no such file in ${image} (looked for ${place.missing})`;
  return `there is no unit file at ${place.path} in ${image}`;
}
