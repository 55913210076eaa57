import { ImageError } from './image-error.ts';
import type { DirectoryNode, ImageNode, ImageTree } from './image-tree.ts';

/**
 * The same tree for one look at it: a name that was looked up is not looked up again, for paths lead through the same directories over and
 * over; and only so many names can be, then `unsupported` is thrown, so that an image full of loops and crowds cannot keep anybody busy.
 */
export function oneLook(tree: ImageTree, lookups: number): ImageTree {
  let left = lookups;
  const watched = (node: DirectoryNode): DirectoryNode => {
    const known = new Map<string, Promise<ImageNode | undefined>>();
    const lookup = async (name: string) => {
      const found = await node.lookup(name);
      return found?.kind === 'directory' ? watched(found) : found;
    };
    return {
      ...node,
      async lookup(name) {
        if (--left < 0) throw new ImageError('unsupported', `finding out what it holds takes more than ${lookups} steps`);
        const found = known.get(name) ?? lookup(name);
        known.set(name, found);
        return found;
      },
    };
  };
  return { ...tree, root: watched(tree.root) };
}
