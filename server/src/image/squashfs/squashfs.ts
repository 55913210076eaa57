/** squashfs 4.0, read without mounting and without root: superblock -> inode -> listing or content, each in its file beside this one. */
import { type BlockCache, createBlockCache, listingCacheSize, listingSize } from '../block-cache.ts';
import type { ByteSource } from '../byte-source.ts';
import { chooseDecompressor, type Decompressors } from '../compression.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import type { DirectoryNode, ImageNode, ImageTree, NodeKind } from '../image-tree.ts';
import { Fields } from '../little-endian.ts';
import { contentReader, type OpenContent } from './content.ts';
import { type Inode, readInode } from './inode.ts';
import { type ListingEntry, readListing, readListingAround } from './listing.ts';
import { metadataBlockSize, metadataReader, type OpenMetadata } from './metadata.ts';
import { type InodeReference, readSuperblock, type Superblock } from './superblock.ts';
import { type ReadXattrs, xattrReader } from './xattrs.ts';

/** The parts of an opened image. */
interface Squashfs {
  readonly superblock: Superblock;
  readonly metadata: OpenMetadata;
  readonly content: OpenContent;
  readonly xattrs: ReadXattrs;
  readonly ids: readonly number[];
  /** Listings that were parsed: paths lead through the same directories again and again. */
  readonly listings: BlockCache<Listing>;
}

type Listing = ReadonlyMap<string, ListingEntry>;
type DirectoryInode = Extract<Inode, { kind: 'directory' }>;

const idsPerBlock = 2048;

/** Opens a squashfs image whose magic was seen. Throws ImageError. Reads some KiB: what is in the tree is read when it is asked for. */
export async function openSquashfs(source: ByteSource, decompressors: Decompressors): Promise<ImageTree> {
  const superblock = await readSuperblock(source);
  const unpack = chooseDecompressor(decompressors, superblock.compression);
  const metadata = metadataReader(source, unpack);
  const image: Squashfs = {
    superblock,
    metadata,
    content: contentReader(source, superblock, unpack, metadata),
    xattrs: xattrReader(source, superblock, metadata),
    ids: await readIds(source, superblock, metadata),
    listings: createBlockCache<Listing>(listingCacheSize, listingSize),
  };
  const root = await nodeAt(image, superblock.root, []);
  if (root.kind !== 'directory') throw new ImageError('corrupt', 'its root is not a directory');
  return { format: 'squashfs', root };
}

/** The numbers of users and groups that inodes refer to. */
async function readIds(source: ByteSource, { ids, size }: Superblock, metadata: OpenMetadata): Promise<readonly number[]> {
  const list = new Fields(await source.read(ids.start, 8 * Math.ceil(ids.count / idsPerBlock)));
  const all: number[] = [];
  while (all.length < ids.count) {
    const here = Math.min(idsPerBlock, ids.count - all.length);
    const block = new Fields(await metadata({ start: 0, end: size }, list.u64(), 0).read(4 * here));
    for (let i = 0; i < here; i++) all.push(block.u32());
  }
  return all;
}

/** The node of an inode. `above` are the directories on the way to it: none of them may be found again below itself. */
async function nodeAt(
  image: Squashfs,
  reference: InodeReference,
  above: readonly InodeReference[],
  expected?: NodeKind,
): Promise<ImageNode> {
  const { inodes } = image.superblock;
  const inode = await readInode(image.metadata(inodes, inodes.start + reference.block, reference.offset));
  if (expected !== undefined && inode.kind !== expected)
    throw new ImageError('corrupt', `a directory entry says ${expected}, its inode ${inode.kind}`);
  const { mode, modified, xattrs } = inode;
  const attributes = {
    ...{ mode, uid: owner(image, inode.uid), gid: owner(image, inode.gid), modified },
    xattrs: async () => (xattrs === undefined ? new Map<string, Uint8Array>() : image.xattrs(xattrs)),
  };
  switch (inode.kind) {
    case 'file':
      return { ...attributes, kind: inode.kind, size: inode.size, read: image.content(inode) };
    case 'directory': {
      if (above.some(({ block, offset }) => block === reference.block && offset === reference.offset))
        throw new ImageError('corrupt', 'a directory lies inside itself');
      return { ...attributes, kind: inode.kind, ...directoryReader(image, reference, inode, [...above, reference]) };
    }
    case 'link':
      return { ...attributes, kind: inode.kind, target: async () => linkTarget(inode) };
    case 'character':
    case 'block':
      return { ...attributes, kind: inode.kind, device: inode.device };
    default:
      return { ...attributes, kind: inode.kind };
  }
}

function directoryReader(
  image: Squashfs,
  { block, offset }: InodeReference,
  { listing }: DirectoryInode,
  path: readonly InodeReference[],
): Pick<DirectoryNode, 'list' | 'lookup'> {
  const { inodes, directories } = image.superblock;
  const key = `${listing.block} ${listing.offset} ${listing.length}`;
  const all = () => image.listings.get(key, () => readListing(image.metadata, directories, listing));
  const around = async (name: string): Promise<Listing> => {
    // the cursor at the index is for one use, so the inode is read again
    const inode = await readInode(image.metadata(inodes, inodes.start + block, offset));
    const index = inode.kind === 'directory' ? inode.index : undefined;
    return index ? readListingAround(image.metadata, directories, listing, index, name) : all();
  };
  return {
    list: async () => Array.from(await all(), ([name, { kind }]) => ({ name, kind })),
    lookup: async name => {
      const known = listing.length <= metadataBlockSize || image.listings.has(key);
      const entry = (await (known ? all() : around(name))).get(name);
      return entry && nodeAt(image, entry.inode, path, entry.kind);
    },
  };
}

function linkTarget({ target }: Extract<Inode, { kind: 'link' }>): string {
  if (target.includes(0)) throw new ImageError('corrupt', 'the target of a symbolic link contains a NUL');
  return decodeName(target);
}

function owner(image: Squashfs, index: number): number {
  const id = image.ids[index];
  if (id === undefined) throw new ImageError('corrupt', `an inode's owner is number ${index} of ${image.ids.length}`);
  return id;
}
