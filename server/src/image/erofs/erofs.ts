/** erofs, read without mounting and without root: superblock -> inode -> extents -> content, each in its file beside this one. */
import { type ByteSource, checkRange, sliceSource } from '../byte-source.ts';
import type { Decompressors } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { type ImageTree, maxRead } from '../image-tree.ts';
import { type InodeDirectory, type InodeNode, inodeTree, linkTarget } from '../inode-tree.ts';
import { contentReader, type ReadContent } from './content.ts';
import { findInDirectory, longDirectory, readDirectory } from './directory.ts';
import { deviceOf, type Inode, isInMetabox, readInode } from './inode.ts';
import { pagedSource } from './paged-source.ts';
import { readSuperblock, type Superblock } from './superblock.ts';
import { clusterUnpacker, type UnpackClusters } from './unpack.ts';
import type { Volume } from './volume.ts';
import { readLongPrefixes, readXattrs, type XattrTables } from './xattrs.ts';

/** The parts of an opened image. */
interface Erofs {
  readonly volume: Volume;
  readonly inodeAt: (nid: number) => Promise<Inode>;
  readonly contentOf: (inode: Inode) => ReadContent;
  readonly xattrs: XattrTables;
}

/** Opens an erofs image whose magic was seen. Throws ImageError. Reads some KiB: what is in the tree is read when it is asked for. */
export async function openErofs(source: ByteSource, decompressors: Decompressors): Promise<ImageTree> {
  const superblock = await readSuperblock(source);
  const image = openParts(sliceSource(source, 0, superblock.size), superblock, clusterUnpacker(superblock, decompressors));
  return { format: 'erofs', root: inodeTree(await nodeAt(image, superblock.root)) };
}

function openParts(source: ByteSource, superblock: Superblock, unpack: UnpackClusters): Erofs {
  const { packedFile: packedNid, metabox: metaboxNid, sharedXattrs, xattrPrefixes } = superblock;
  const metadata = pagedSource(source);
  const volume: Volume = {
    superblock,
    image: source,
    metadataOf: async ({ inMetabox }) => (inMetabox ? metabox() : metadata),
  };
  const inodeAt = async (nid: number) => readInode(await volume.metadataOf({ inMetabox: isInMetabox(superblock, nid) }), superblock, nid);
  /** The content of files that others need to be read: in none of those, for that could be itself. */
  const basicContent = (inode: Inode): ReadContent => {
    if (inode.kind !== 'file') throw new ImageError('corrupt', `a ${inode.kind} stands where a file with parts of others should be`);
    return contentReader(volume, { unpack, packedFile: noPackedFile }, inode);
  };
  const metabox = once(async () => {
    if (metaboxNid === undefined) throw new ImageError('corrupt', 'it has no compressed metadata');
    return contentSource(basicContent, await readInode(metadata, superblock, metaboxNid));
  });
  const packedInode = once(async () => (packedNid === undefined ? noPackedFile() : inodeAt(packedNid)));
  const packedFile = once(async () => basicContent(await packedInode()));
  const prefixSource = async (): Promise<ByteSource> => {
    if (xattrPrefixes.place === 'image') return metadata;
    return xattrPrefixes.place === 'metabox' ? metabox() : contentSource(basicContent, await packedInode());
  };
  return {
    volume,
    inodeAt,
    contentOf: inode => contentReader(volume, { unpack, packedFile }, inode),
    xattrs: {
      shared: async () => ({ source: sharedXattrs.inMetabox ? await metabox() : metadata, start: sharedXattrs.start }),
      longPrefixes: once(async () => readLongPrefixes(await prefixSource(), xattrPrefixes.start, xattrPrefixes.count)),
    },
  };
}

async function noPackedFile(): Promise<never> {
  throw new ImageError('corrupt', 'the end of a file should be in a file of ends, which is not there');
}

/** A file's content as something to read from. */
function contentSource(contentOf: (inode: Inode) => ReadContent, inode: Inode): ByteSource {
  const read = contentOf(inode);
  return pagedSource({
    size: inode.size,
    async read(offset, length) {
      checkRange(inode.size, offset, length);
      if (length > maxRead) throw new ImageError('unsupported', `it needs ${length} bytes of metadata at once`);
      return read(offset, length);
    },
  });
}

/** The same promise for all, made when the first asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function nodeAt(image: Erofs, nid: number): Promise<InodeNode> {
  const inode = await image.inodeAt(nid);
  const { kind, mode, uid, gid, modified, size } = inode;
  const xattrs = async () => readXattrs(await image.volume.metadataOf(inode), inode, image.xattrs);
  const attributes = { mode, uid, gid, modified, xattrs };
  switch (kind) {
    case 'file':
      return { ...attributes, kind, size, read: image.contentOf(inode) };
    case 'directory':
      return { ...attributes, kind, key: nid, ...directoryNode(image, inode), inode: id => nodeAt(image, id) };
    case 'link':
      return { ...attributes, kind, target: linkTarget(size, () => image.contentOf(inode)(0, size)) };
    case 'character':
    case 'block':
      return { ...attributes, kind, device: deviceOf(inode.value) };
    default:
      return { ...attributes, kind };
  }
}

function directoryNode({ contentOf, volume }: Erofs, inode: Inode): Pick<InodeDirectory, 'entries' | 'find'> {
  const { size } = inode;
  const { blockSize } = volume.superblock;
  const read = contentOf(inode);
  const entries = () => readDirectory(read, size, blockSize);
  if (size <= longDirectory) return { entries };
  return { entries, find: name => findInDirectory(read, size, blockSize, name) };
}
