import { decodeName } from '../../image/entry-name.ts';
import type { ImageTree } from '../../image/image-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';

/** The longest unit or release file that is read, in bytes. */
const longest = 1 << 20;

/** The text of a file, links followed; bytes that are not UTF-8 kept as entry-name.ts keeps them. Undefined where there is no file. */
export async function textOf(tree: ImageTree, path: string): Promise<string | undefined> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'file') return undefined;
  return decodeName(await found.node.read(0, Math.min(found.node.size, longest)));
}
