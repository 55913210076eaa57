import { decodeName } from '../../image/entry-name.ts';
import type { FileNode, ImageTree } from '../../image/image-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';

/** The longest unit or release file that is read, in bytes. */
const longest = 1 << 20;

/** The text of a file at a path, links followed. Undefined where there is no file. */
export async function textOf(tree: ImageTree, path: string): Promise<string | undefined> {
  const found = await resolveInImage(tree, path);
  return found.outcome === 'found' && found.node.kind === 'file' ? fileText(found.node) : undefined;
}

/** The text of a file; bytes that are not UTF-8 kept as entry-name.ts keeps them. */
export async function fileText(file: FileNode): Promise<string> {
  return decodeName(await file.read(0, Math.min(file.size, longest)));
}
