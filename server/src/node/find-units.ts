/** Finds unit files below a directory of this machine. */
import { readdirSync } from 'node:fs';
import { decodeName } from '../image/entry-name.ts';
import { unitFileOf } from '../unit/unit-file.ts';
import { nodePath, whyOf } from './read-unit-file.ts';

/** Directories that hold no sources of anybody. */
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules', 'proc', 'sys', 'dev']);

/** What was found, in order of path, and the directories that could not be read. */
export interface FoundUnits {
  readonly files: readonly string[];
  readonly failures: readonly { readonly path: string; readonly why: string }[];
}

/**
 * The unit files, drop-ins and profiles below a directory. Links are not followed: what they point to inside the directory is found itself,
 * and the rest is not the directory's. Never throws.
 */
export function findUnits(directory: string): FoundUnits {
  const files: string[] = [];
  const failures: { path: string; why: string }[] = [];
  const pending = [directory];
  for (let here = pending.pop(); here !== undefined; here = pending.pop()) {
    try {
      for (const entry of readdirSync(nodePath(here), { withFileTypes: true, encoding: 'buffer' })) {
        const name = decodeName(entry.name);
        const path = here.endsWith('/') ? here + name : `${here}/${name}`;
        if (entry.isDirectory() && !skipped.has(name)) pending.push(path);
        else if (entry.isFile() && unitFileOf(path)) files.push(path);
      }
    } catch (error) {
      failures.push({ path: here, why: whyOf(error) });
    }
  }
  return { files: files.sort(), failures };
}
