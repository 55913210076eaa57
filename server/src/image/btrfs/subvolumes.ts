import { createBlockCache } from '../block-cache.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { itemTypes, parseNamed } from './items.ts';
import { type BtrfsSuperblock, type TreeRoot, treeRoot } from './superblock.ts';
import type { Trees } from './tree.ts';

/** The trees of an image's subvolumes, by number. */
export interface Subvolumes {
  /** The tree of a subvolume. Throws `corrupt` where there is none. */
  tree(subvolume: number): Promise<TreeRoot>;
  /** The number of the subvolume that a mount without options shows. */
  default(): Promise<number>;
  /** Whether a subvolume really belongs below a directory of another: entries for it are copied with snapshots, it is not. */
  isBelow(subvolume: number, parent: number, directory: number): Promise<boolean>;
}

/** The subvolume at the top of all. */
const topSubvolume = 5;
const maxKept = 4096;
const inodeSize = 160;

/** Makes the finder of subvolumes. (Linux: fs/btrfs/root-tree.c, inode.c, super.c) */
export function subvolumeReader(trees: Trees, { rootTree, rootDirectory }: BtrfsSuperblock): Subvolumes {
  const roots = createBlockCache<TreeRoot>(maxKept, () => 1);
  const find = async (subvolume: number): Promise<TreeRoot> => {
    let root: TreeRoot | undefined;
    for await (const { data } of trees.all(rootTree, subvolume, itemTypes.root))
      root = treeRoot(data.u64(inodeSize + 16), data.u8(238), data.big(inodeSize));
    if (!root) throw new ImageError('corrupt', `it refers to the subvolume ${subvolume}, which it does not have`);
    return root;
  };
  return {
    tree: subvolume => roots.get(subvolume, () => find(subvolume)),
    async default() {
      for await (const item of trees.all(rootTree, rootDirectory, itemTypes.directoryItem))
        for (const { name, place } of parseNamed(item)) if (decodeName(name) === 'default') return place.object;
      return topSubvolume;
    },
    async isBelow(subvolume, parent, directory) {
      const reference = await trees.get(rootTree, { object: parent, type: itemTypes.rootReference, offset: subvolume });
      return reference !== undefined && reference.data.u64(0) === directory;
    },
  };
}
