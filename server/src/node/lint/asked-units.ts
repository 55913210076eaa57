/** The units that a run of portable-lint is about: the files that it was asked about, and beside them what completes their units. */
import { managerDirectories } from '../../unit/search-path.ts';
import type { UnitTree } from '../../unit/tree.ts';
import type { UnitFile } from '../../unit/unit-file.ts';
import { type UnitLink, type UnitSet, type UnitSource, unitSet } from '../../unit/unit-set.ts';
import { hasDropIns, slashed, type UnitNames, unitsAround } from '../documents/units-around.ts';
import type { Job, Jobs } from './lint-paths.ts';

/** The units with their drop-ins, as an editor sees them too; the folders of the files are looked at where they were not asked about as a whole. */
export function askedUnits(
  { jobs, links, whole, images }: Pick<Jobs, 'jobs' | 'links' | 'whole' | 'images'>,
  treeOf: (path: string, unit: UnitFile) => UnitTree,
): UnitSet {
  const sources = new Map<string, UnitSource>();
  const allLinks: UnitLink[] = links.map(link => ({ ...link, path: slashed(link.path) }));
  const looked = new Set<string>();
  const add = (path: string, { unit, path: real }: Pick<Job, 'unit' | 'path'>, beside: boolean) => {
    if (unit && !sources.has(path)) sources.set(path, { path, unit, tree: () => treeOf(real, unit), ...(beside && { beside: true }) });
  };
  for (const job of jobs) add(slashed(job.path), job, false);
  for (const job of images.flatMap(({ beside }) => beside)) add(job.path, job, true);
  const isWhole = (directory: string) =>
    images.some(({ prefix }) => directory.startsWith(`${prefix}/`)) ||
    whole.some(above => directory === slashed(above) || directory.startsWith(`${slashed(above)}/`));
  const others = (path: string): UnitNames | undefined =>
    managerDirectories(path).directories.every(isWhole) ? undefined : unitsAround(path);
  const unitOfDropIn = jobs.some(({ unit }) => unit?.role === 'drop-in');
  for (const { path, unit } of jobs) {
    if (!unit || unit.role === 'profile') continue;
    const { directories } = managerDirectories(slashed(path));
    const [first = ''] = directories;
    if (looked.has(first)) continue;
    looked.add(first);
    // one file is linted in the time that reading all names would take
    const found = unitOfDropIn || directories.some(hasDropIns) ? others(slashed(path)) : undefined;
    for (const file of found?.files ?? []) add(file.path, file, true);
    const known = new Set(allLinks.map(link => link.path));
    allLinks.push(...(found?.links.filter(link => !known.has(link.path)) ?? []));
  }
  return unitSet(sources.values(), allLinks, path => {
    const found = others(path);
    return found && { paths: found.files.map(file => file.path), links: found.links };
  });
}
