import { decodeName } from './entry-name.ts';
import type { ImageTree } from './image-tree.ts';
import { resolveInImage } from './resolve.ts';

/** The longest file of settings that is read, in bytes. */
const maxText = 4 << 20;

/** The text of a file of an image, bytes outside UTF-8 escaped as in entry-name.ts; undefined where there is no such file, or none of a size to be read. */
export async function readText(tree: ImageTree, path: string): Promise<string | undefined> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'file' || found.node.size > maxText) return undefined;
  return decodeName(await found.node.read(0, maxText));
}

/** The names in a directory of an image, in order; none where it is not there. */
export async function namesIn(tree: ImageTree, path: string): Promise<readonly string[]> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'directory') return [];
  return Array.from(await found.node.list(), ({ name }) => name);
}
