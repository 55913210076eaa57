/** btrfs on a single device, read without mounting and without root: superblock -> chunks -> trees -> items -> content, each in its file beside this one. */
import type { ByteSource } from '../byte-source.ts';
import type { Decompressors } from '../compression.ts';
import { type EntryList, entryList } from '../entry-list.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import type { ImageTree } from '../image-tree.ts';
import { type InodeNode, inodeTree, kindOfEntry, linkTarget } from '../inode-tree.ts';
import { createXattrSet } from '../xattr-set.ts';
import { createChunkMap } from './chunks.ts';
import { contentReader, type OpenContent } from './content.ts';
import { type BtrfsInode, itemTypes, parseInode, parseNamed } from './items.ts';
import { type Subvolumes, subvolumeReader } from './subvolumes.ts';
import { readSuperblock, type TreeRoot } from './superblock.ts';
import { type Trees, treeReader } from './tree.ts';
import { createUnpack } from './unpack.ts';

/** The parts of an opened image. */
interface Btrfs {
  readonly trees: Trees;
  readonly subvolumes: Subvolumes;
  readonly content: OpenContent;
}

/** An inode of a subvolume; `nothing` where its directory only once held a subvolume: what is left is empty, and the inode its parent. */
interface InodeId {
  readonly subvolume: number;
  readonly inode: number;
  readonly nothing?: true;
}

/** The first inode of every subvolume is its root directory. */
const firstInode = 256;

/** Opens a btrfs image whose magic was seen. Throws ImageError. Reads some nodes: what is in the tree is read when it is asked for. */
export async function openBtrfs(source: ByteSource, decompressors: Decompressors): Promise<ImageTree> {
  const superblock = await readSuperblock(source);
  const chunks = createChunkMap(superblock);
  const trees = treeReader(source, superblock, chunks);
  for await (const item of trees.all(superblock.chunkTree, firstInode, itemTypes.chunk)) chunks.add(item.offset, item.data);
  const unpack = createUnpack(decompressors, superblock.sectorSize);
  const image: Btrfs = {
    trees,
    subvolumes: subvolumeReader(trees, superblock),
    content: contentReader(source, chunks, trees, unpack),
  };
  const root = inodeTree(await readNode(image, { subvolume: await image.subvolumes.default(), inode: firstInode }));
  return { format: 'btrfs', root, ...(superblock.warnings.length > 0 && { warnings: superblock.warnings }) };
}

async function readNode(image: Btrfs, id: InodeId): Promise<InodeNode> {
  const tree = await image.subvolumes.tree(id.subvolume);
  const item = await image.trees.get(tree, { object: id.inode, type: itemTypes.inode, offset: 0 });
  if (!item) throw new ImageError('corrupt', `it refers to inode ${id.inode} of subvolume ${id.subvolume}, which it does not have`);
  const inode = parseInode(item.data);
  if (id.nothing) return emptyDirectory(id, inode);
  const { kind, mode, uid, gid, modified, size, device } = inode;
  const attributes = { mode, uid, gid, modified, xattrs: () => xattrs(image, tree, id.inode) };
  switch (kind) {
    case 'directory':
      return {
        ...attributes,
        kind,
        key: `${id.subvolume} ${id.inode}`,
        entries: () => directoryEntries(image, tree, id),
        inode: entry => readNode(image, inodeOfEntry(entry, id)),
      };
    case 'file':
      return { ...attributes, kind, size, read: image.content(tree, id.inode, size) };
    case 'link':
      return { ...attributes, kind, target: linkTarget(size, () => image.content(tree, id.inode, size)(0, size)) };
    case 'character':
    case 'block':
      return { ...attributes, kind, device };
    default:
      return { ...attributes, kind };
  }
}

/** What the kernel shows in a snapshot where the original has another subvolume. */
function emptyDirectory({ subvolume, inode }: InodeId, { uid, gid, modified }: BtrfsInode): InodeNode {
  return {
    kind: 'directory',
    ...{ mode: 0o755, uid, gid, modified, key: `nothing ${subvolume} ${inode}` },
    entries: async () => entryList().finish(),
    inode: async () => Promise.reject(new ImageError('corrupt', 'an empty directory has an entry')),
    xattrs: async () => new Map(),
  };
}

/** In entries, an inode of the directory's own subvolume is its number, another subvolume its number below zero, and what is left of one zero. */
function inodeOfEntry(entry: number, { subvolume, inode }: InodeId): InodeId {
  if (entry > 0) return { subvolume, inode: entry };
  return entry < 0 ? { subvolume: -entry, inode: firstInode } : { subvolume, inode, nothing: true };
}

async function directoryEntries(image: Btrfs, tree: TreeRoot, { subvolume, inode }: InodeId): Promise<EntryList> {
  const { add, finish } = entryList();
  for await (const item of image.trees.all(tree, inode, itemTypes.directoryIndex)) {
    for (const { name, place, type } of parseNamed(item))
      add(name, { id: await target(place.type, place.object), kind: kindOfEntry(type) });
  }
  return finish();

  async function target(type: number, object: number): Promise<number> {
    if (type === itemTypes.inode) return object;
    if (type !== itemTypes.root) throw new ImageError('corrupt', `a directory entry stands for an item of type ${type}`);
    return (await image.subvolumes.isBelow(object, subvolume, inode)) ? -object : 0;
  }
}

async function xattrs({ trees }: Btrfs, tree: TreeRoot, inode: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const set = createXattrSet();
  for await (const item of trees.all(tree, inode, itemTypes.xattr))
    for (const { name, value } of parseNamed(item)) set.add(decodeName(name), value);
  return set.values;
}
