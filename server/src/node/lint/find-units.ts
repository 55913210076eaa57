/** Finds unit files below a directory of this machine. */
import { readdirSync } from 'node:fs';
import { decodeName } from '../../image/entry-name.ts';
import { type ReleaseFile, releaseKindOf } from '../../rules/portable/release-file.ts';
import { countsAsLink, type UnitFile, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitLink } from '../../unit/unit-set.ts';
import { nodePath, whyOf } from '../documents/read-unit-file.ts';
import { linkAt } from '../documents/units-around.ts';

/** Directories that hold no sources of anybody. */
export const skippedDirectories: ReadonlySet<string> = new Set(['.git', 'node_modules', 'proc', 'sys', 'dev']);

/** A file by its path: a unit file, or what an image or extension says of itself. */
type FoundFile = { readonly below: string } & ({ readonly unit: UnitFile } | { readonly release: Pick<ReleaseFile, 'kind' | 'extension'> });

/** What was found, in order of path, and the directories that could not be read; all paths relative to the directory. */
export interface FoundUnits {
  readonly files: readonly FoundFile[];
  /** Links that bear the names of units: aliases, and links to what was found itself. */
  readonly links: readonly UnitLink[];
  readonly failures: readonly { readonly below: string; readonly why: string }[];
}

/**
 * The unit files, drop-ins and profiles below a directory, which bears the (absolute) name `known`. Links are not followed: what they point
 * to inside the directory is found itself, and the rest is not the directory's. Never throws.
 */
export function findUnits(directory: string, known = directory): FoundUnits {
  const files: FoundFile[] = [];
  const links: UnitLink[] = [];
  const failures: { below: string; why: string }[] = [];
  const pending = [''];
  for (let here = pending.pop(); here !== undefined; here = pending.pop()) {
    try {
      for (const entry of readdirSync(nodePath(`${directory}/${here}`), { withFileTypes: true, encoding: 'buffer' })) {
        const name = decodeName(entry.name);
        const below = here === '' ? name : `${here}/${name}`;
        if (entry.isDirectory() && !skippedDirectories.has(name)) pending.push(below);
        else if (entry.isFile()) {
          const unit = unitFileOf(`${known}/${below}`);
          const release = unit ? undefined : releaseIn(`${known}/${below}`);
          if (unit) files.push({ below, unit });
          else if (release) files.push({ below, release });
        } else if (entry.isSymbolicLink() && countsAsLink(unitFileOf(`${known}/${below}`))) {
          links.push({ path: below, target: linkAt(`${directory}/${below}`) });
        }
      }
    } catch (error) {
      failures.push({ below: here, why: whyOf(error) });
    }
  }
  return { files: files.sort((a, b) => (a.below < b.below ? -1 : 1)), links, failures };
}

/** A release file in its own place; elsewhere its name alone says nothing. */
export const releaseIn = (path: string) =>
  /\/(etc|usr\/lib)\/(os-release|extension-release\.d\/extension-release\.[^/]+)$/.test(path.replaceAll('\\', '/'))
    ? releaseKindOf(path.replaceAll('\\', '/'))
    : undefined;
