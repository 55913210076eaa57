import { ImageError } from './image-error.ts';
import type { DirectoryNode, ImageNode, ImageTree } from './image-tree.ts';

/**
 * The same tree, in which only so many names can be looked up: then `unsupported` is thrown. It bounds the time that one image can take,
 * whatever loops and crowds it has been filled with.
 */
export function withinEffort(tree: ImageTree, lookups: number): ImageTree {
  let left = lookups;
  const counted = (node: DirectoryNode): DirectoryNode => ({
    ...node,
    async lookup(name) {
      if (--left < 0) throw new ImageError('unsupported', `finding out what it holds takes more than ${lookups} steps`);
      const found: ImageNode | undefined = await node.lookup(name);
      return found?.kind === 'directory' ? counted(found) : found;
    },
  });
  return { ...tree, root: counted(tree.root) };
}
