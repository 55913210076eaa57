/** Directories of versions among the paths on the command line: systemd takes one of each, and so does portable-lint. */

import { versionsIn } from '../images/versions.ts';
import type { Failure } from './lint-paths.ts';

/** The paths with each directory of versions in them replaced by the one that is taken; of one without any it is said why. */
export async function takenVersions(
  paths: readonly string[],
  systemd: number | undefined,
): Promise<{ readonly paths: readonly string[]; readonly failures: readonly Failure[] }> {
  const taken: string[] = [];
  const failures: Failure[] = [];
  for (const path of paths) {
    const found = await versionsIn(path, systemd === undefined ? {} : { systemd });
    if (!found) taken.push(path);
    else if (found.taken !== undefined) taken.push(found.taken);
    else failures.push({ path, why: whyNone([...found.verdicts].map(([, verdict]) => verdict)) });
  }
  return { paths: taken, failures };
}

/** From this version on portabled takes a directory of versions for an image; before, it was a directory like any other (seen on 252, 257 and 262). */
const attachedFrom = 256;

/** The paths as portabled of a version takes them. */
export const attachedVersions = (paths: readonly string[], systemd: number): ReturnType<typeof takenVersions> =>
  systemd < attachedFrom ? Promise.resolve({ paths, failures: [] }) : takenVersions(paths, systemd);

function whyNone(verdicts: readonly string[]): string {
  if (verdicts.length === 0) return 'there are no versions in it';
  const foreign = verdicts.filter(verdict => verdict === 'architecture').length;
  return foreign > 0
    ? `none of the versions in it is for the architecture of this machine (${foreign} for others)`
    : 'nothing in it is named as a version: NAME_VERSION, as the directory is named, with .raw where that has it';
}
