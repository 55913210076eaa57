/** xfs of the versions 4 and 5, read without mounting and without root: superblock -> inode -> fork -> content, each in its file beside this one. */
import { type ByteSource, sliceSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import type { FileNode, ImageTree } from '../image-tree.ts';
import { type InodeNode, inodeTree, linkTarget } from '../inode-tree.ts';
import { mappedContent } from '../mapped-content.ts';
import { Structure } from '../structure.ts';
import { readAttributes } from './attributes.ts';
import { type Blocks, blockReader } from './blocks.ts';
import { readDirectory } from './directory.ts';
import { type ForkReader, forkReader } from './fork.ts';
import { deviceOf, type Fork, parseInode, type XfsInode } from './inode.ts';
import { isCleanLog } from './log.ts';
import { readSuperblock, type XfsSuperblock } from './superblock.ts';

/** The parts of an opened image. */
interface Xfs {
  readonly source: ByteSource;
  readonly superblock: XfsSuperblock;
  readonly blocks: Blocks;
  readonly fork: (fork: Fork) => ForkReader;
}

const linkMagic = 0x5853_4c4d; // XSLM
const linkHead = 56;

/** Opens an xfs image whose magic was seen. Throws ImageError. Reads some KiB: what is in the tree is read when it is asked for. */
export async function openXfs(source: ByteSource): Promise<ImageTree> {
  const superblock = await readSuperblock(source);
  const blocks = blockReader(source, superblock);
  const image: Xfs = { source, superblock, blocks, fork: forkReader(source, superblock, blocks) };
  const root = inodeTree(await nodeAt(image, superblock.rootInode));
  const warnings = (await isClean(image)) ? [] : ['it was not unmounted cleanly: what its log still holds is not taken into account'];
  return { format: 'xfs', root, ...(warnings.length > 0 && { warnings }) };
}

async function isClean({ source, superblock: { log, blockSize }, blocks }: Xfs): Promise<boolean> {
  return log === undefined || isCleanLog(sliceSource(source, blocks.offset(log.start, log.blocks), log.blocks * blockSize));
}

/** The inode of a number, which says where it stands: group, block, place in the block. */
async function readInode({ superblock, blocks }: Xfs, number: number): Promise<XfsInode> {
  const { inodeBits, inodeSize } = superblock;
  const block = await blocks.read(Math.floor(number / 2 ** inodeBits));
  return parseInode(block.part((number % 2 ** inodeBits) * inodeSize, inodeSize), number, superblock);
}

async function nodeAt(image: Xfs, number: number): Promise<InodeNode> {
  const inode = await readInode(image, number);
  const { kind, mode, uid, gid, modified, size } = inode;
  const attributes = { mode, uid, gid, modified, xattrs: () => xattrs(image, inode) };
  switch (kind) {
    case 'directory':
      return {
        ...attributes,
        kind,
        key: number,
        entries: () => readDirectory(inode, image.superblock, () => image.fork(inode.data)),
        inode: id => nodeAt(image, id),
      };
    case 'file':
      return { ...attributes, kind, size, read: content(image, inode) };
    case 'link':
      return { ...attributes, kind, target: linkTarget(size, () => linkBytes(image, inode)) };
    case 'character':
    case 'block':
      return { ...attributes, kind, device: deviceOf(inode) };
    default:
      return { ...attributes, kind };
  }
}

function content(image: Xfs, inode: XfsInode): FileNode['read'] {
  if (inode.realtime)
    return () => Promise.reject(new ImageError('unsupported', 'a file in it is on its realtime device, which cannot be read'));
  return mappedContent(image.source, inode.size, image.fork(inode.data).locate);
}

/** A link's target: in the inode or in blocks, which in version 5 have a head where they begin and after each gap. */
async function linkBytes({ fork, superblock }: Xfs, { data, size }: XfsInode): Promise<Uint8Array> {
  if (data.format === 'local') return data.area.bytes(0, size);
  const reader = fork(data);
  if (superblock.version === 4) return reader.read(0, size);
  const out = new Uint8Array(size);
  for (let at = 0, done = 0; done < size; ) {
    const { length } = await reader.locate(at);
    const here = Math.min(length - linkHead, size - done);
    const raw = new Structure(await reader.read(at, linkHead + here), 'big-endian');
    if (raw.u32(0) !== linkMagic || raw.u32(4) !== done) throw new ImageError('corrupt', 'a symbolic link is damaged');
    out.set(raw.bytes(linkHead, here), done);
    at += length;
    done += here;
  }
  return out;
}

async function xattrs(image: Xfs, { attributes }: XfsInode): Promise<ReadonlyMap<string, Uint8Array>> {
  return attributes ? readAttributes(attributes, image.superblock, () => image.fork(attributes)) : new Map();
}
