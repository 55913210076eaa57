/** squashfs 4.0, read without mounting and without root: superblock -> inode -> listing or content, each in its file beside this one. */
import type { ByteSource } from '../byte-source.ts';
import { chooseDecompressor, type Decompressors } from '../compression.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import type { ImageTree } from '../image-tree.ts';
import { type InodeDirectory, type InodeNode, inodeTree } from '../inode-tree.ts';
import { Fields } from '../little-endian.ts';
import { contentReader, type OpenContent } from './content.ts';
import { type Inode, readInode } from './inode.ts';
import { readListing, readListingAround } from './listing.ts';
import { metadataBlockSize, metadataReader, type OpenMetadata } from './metadata.ts';
import { type InodeReference, inodeAt, inodeNumber, readSuperblock, type Superblock } from './superblock.ts';
import { type ReadXattrs, xattrReader } from './xattrs.ts';

/** The parts of an opened image. */
interface Squashfs {
  readonly superblock: Superblock;
  readonly metadata: OpenMetadata;
  readonly content: OpenContent;
  readonly xattrs: ReadXattrs;
  readonly ids: readonly number[];
}

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
  };
  return { format: 'squashfs', root: inodeTree(await nodeAt(image, superblock.root)) };
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

async function nodeAt(image: Squashfs, reference: InodeReference): Promise<InodeNode> {
  const { inodes } = image.superblock;
  const inode = await readInode(image.metadata(inodes, inodes.start + reference.block, reference.offset));
  const { mode, modified, xattrs } = inode;
  const attributes = {
    ...{ mode, uid: owner(image, inode.uid), gid: owner(image, inode.gid), modified },
    xattrs: async () => (xattrs === undefined ? new Map<string, Uint8Array>() : image.xattrs(xattrs)),
  };
  switch (inode.kind) {
    case 'file':
      return { ...attributes, kind: inode.kind, size: inode.size, read: image.content(inode) };
    case 'directory':
      return { ...attributes, kind: inode.kind, ...directoryReader(image, reference, inode) };
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
  reference: InodeReference,
  { listing, index: hasIndex }: DirectoryInode,
): Pick<InodeDirectory, 'key' | 'entries' | 'find' | 'inode'> {
  const { inodes, directories } = image.superblock;
  const entries = () => readListing(image.metadata, directories, listing);
  const directory = { key: inodeNumber(reference), entries, inode: (id: number) => nodeAt(image, inodeAt(id)) };
  if (listing.length <= metadataBlockSize || !hasIndex) return directory;
  return {
    ...directory,
    async find(name) {
      // the cursor at the index is for one use, so the inode is read again
      const inode = await readInode(image.metadata(inodes, inodes.start + reference.block, reference.offset));
      const index = inode.kind === 'directory' ? inode.index : undefined;
      return (index ? await readListingAround(image.metadata, directories, listing, index, name) : await entries()).get(name);
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
