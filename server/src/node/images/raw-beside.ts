/** The raw images and the directories of versions beside image trees, as the rules want to know them: read when nobody types, and again only when they changed. */
import { join } from 'node:path';
import { ImageError } from '../../image/image-error.ts';
import { isRawName } from '../../image/names.ts';
import { versionsDirectory } from '../../image/versions/pick.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import { parentOf } from '../../unit/path-parts.ts';
import { imageFiles } from './image-files.ts';
import { describePlace } from './images.ts';
import { besideOf } from './tree-facts.ts';
import { versionsIn } from './versions.ts';

/** What is known of an image that lies beside a tree. */
export type ImageBeside = TreeFacts & { readonly release: NonNullable<TreeFacts['release']> };

/** The images of some directories. */
export interface RawImagesBeside {
  /** Those of a directory, as far as they are known; where nobody looked yet, that is noted. Costs nothing. */
  readonly of: (directory: string) => readonly ImageBeside[];
  /** A file changed: a raw image, or one in a tree beside which there may be some. */
  readonly doubt: (path: string) => void;
  readonly pending: () => boolean;
  /** Looks, and gives the directories of which something else is known now. Never rejects for what lies there. */
  readonly find: () => Promise<readonly string[]>;
}

/** Images of one directory that are looked at, and directories that are remembered. */
const most = { images: 64, directories: 32 };

/** It holds nothing until it is asked. */
export function rawImagesBeside(): RawImagesBeside {
  const known = new Map<string, { readonly images: readonly ImageBeside[]; readonly said: string }>();
  const waiting = new Set<string>();
  return {
    of(directory) {
      const found = known.get(directory);
      if (!found) waiting.add(directory);
      return found?.images ?? [];
    },
    doubt(path) {
      const directory = parentOf(path);
      // a version counts where the directory of its versions lies
      const places = isRawName(path) ? [directory, parentOf(directory)] : [besideOf(path) ?? ''];
      for (const place of places) if (known.has(place)) waiting.add(place);
    },
    pending: () => waiting.size > 0,
    async find() {
      const changed: string[] = [];
      for (const directory of [...waiting]) {
        waiting.delete(directory);
        const images = await imagesIn(directory);
        const said = JSON.stringify(images);
        if (said !== (known.get(directory)?.said ?? '[]')) changed.push(directory);
        known.delete(directory);
        known.set(directory, { images, said });
        for (const oldest of known.keys()) if (known.size > most.directories) known.delete(oldest);
      }
      return changed;
    },
  };
}

async function imagesIn(directory: string): Promise<readonly ImageBeside[]> {
  const images: ImageBeside[] = [];
  for (const path of await pathsIn(directory)) {
    const kind = isRawName(path) ? 'raw' : 'directory';
    const { name, osRelease, units } = await describePlace({ path, kind });
    if (!osRelease) continue;
    const names = units.map(unit => unit.name);
    images.push({ root: path, name, release: osRelease, units: names, distribution: false, mountPoints: false, beside: () => [] });
  }
  return images;
}

async function pathsIn(directory: string): Promise<readonly string[]> {
  try {
    const paths: string[] = [];
    for (const { name, kind } of await imageFiles.list(directory)) {
      if (paths.length >= most.images) break;
      const path = join(directory, name);
      if (kind !== 'directory' && isRawName(name)) paths.push(path);
      const taken = versionsDirectory(name) && (await versionsIn(path))?.taken;
      if (taken) paths.push(taken);
    }
    return paths;
  } catch (error) {
    if (error instanceof ImageError) return [];
    throw error;
  }
}
