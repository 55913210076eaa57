import { createBlockCache } from './block-cache.ts';
import { type EntryList, entryKinds, type ListedEntry } from './entry-list.ts';
import { decodeName } from './entry-name.ts';
import { ImageError } from './image-error.ts';
import { type DirectoryNode, type ImageNode, type LinkNode, maxLinkTarget, type NodeKind } from './image-tree.ts';

/** What file systems say alike of an inode. */
export interface InodeFacts {
  readonly kind: NodeKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  /** Bytes of content. */
  readonly size: number;
}

/** A directory of a file system with numbered inodes. `key` tells it from all others. */
export type InodeDirectory = Omit<DirectoryNode, 'list' | 'lookup'> & {
  readonly key: number | string;
  entries(): Promise<EntryList>;
  /** One entry, where finding it takes less than reading all. */
  find?(name: string): Promise<ListedEntry | undefined>;
  /** The inode that an entry names. */
  inode(id: number): Promise<InodeNode>;
};

export type InodeNode = Exclude<ImageNode, DirectoryNode> | InodeDirectory;

/** Bytes of directories' listings that are kept for one image. */
const listingCacheSize = 16 << 20;

/** The kinds by the four bits of a mode above 0o7777. (POSIX: sys/stat.h, numbers as on Linux) */
const modeKinds: Readonly<Record<number, NodeKind>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
};

/** The kind that a mode says. Throws `corrupt` for one that no file has. */
export function kindOfMode(mode: number): NodeKind {
  const kind = modeKinds[mode >> 12];
  if (!kind) throw new ImageError('corrupt', `an inode has the mode 0${mode.toString(8)}`);
  return kind;
}

/** The kind that a directory's entry says by number; undefined for 0, "not known". Throws `corrupt` for a number that does not exist. */
export function kindOfEntry(type: number): NodeKind | undefined {
  if (type >= entryKinds.length) throw new ImageError('corrupt', `a directory entry is of the unknown type ${type}`);
  return entryKinds[type];
}

/** A link's `target`. Throws `corrupt` where the bytes cannot be one; `read` gets them. */
export function linkTarget(size: number, read: () => Promise<Uint8Array>): LinkNode['target'] {
  return async () => {
    if (size === 0 || size > maxLinkTarget) throw new ImageError('corrupt', `a symbolic link is ${size} bytes long`);
    const bytes = await read();
    if (bytes.length !== size) throw new ImageError('corrupt', `a symbolic link has ${bytes.length} bytes instead of ${size}`);
    if (bytes.includes(0)) throw new ImageError('corrupt', 'the target of a symbolic link contains a NUL');
    return decodeName(bytes);
  };
}

/**
 * The root of a file system with numbered inodes as a tree. Directories' entries are kept for a while, and none may be found again below
 * itself. Throws `corrupt` where the root is no directory.
 */
export function inodeTree(root: InodeNode): DirectoryNode {
  const listings = createBlockCache<EntryList>(listingCacheSize, ({ bytes }) => bytes);

  const wrapped = (directory: InodeDirectory, above: readonly (number | string)[]): DirectoryNode => {
    const { key, entries: readEntries, find, inode, ...attributes } = directory;
    if (above.includes(key)) throw new ImageError('corrupt', 'a directory lies inside itself');
    const path = [...above, key];
    const entries = () => listings.get(key, readEntries);
    const lookup = async (entry: ListedEntry): Promise<ImageNode> => {
      const node = await inode(entry.id);
      if (entry.kind !== undefined && node.kind !== entry.kind)
        throw new ImageError('corrupt', `a directory entry says ${entry.kind}, its inode ${node.kind}`);
      return node.kind === 'directory' ? wrapped(node, path) : node;
    };
    return {
      ...attributes,
      list: async () => (await entries()).list(async id => (await inode(id)).kind),
      async lookup(name) {
        const entry = find && !listings.has(key) ? await find(name) : (await entries()).get(name);
        return entry && lookup(entry);
      },
    };
  };

  if (root.kind !== 'directory') throw new ImageError('corrupt', 'its root is not a directory');
  return wrapped(root, []);
}
