/** ext2, ext3 and ext4, read without mounting and without root: superblock -> group -> inode -> map of blocks -> content, each in its file beside this one. */
import type { ByteSource } from '../byte-source.ts';
import { type EntryList, entryList } from '../entry-list.ts';
import { ImageError } from '../image-error.ts';
import { type ImageTree, maxRead } from '../image-tree.ts';
import { type InodeNode, inodeTree, linkTarget } from '../inode-tree.ts';
import { type Locate, mappedContent } from '../mapped-content.ts';
import { Structure } from '../structure.ts';
import { createXattrSet } from '../xattr-set.ts';
import { blockReader, inodePlaces, type ReadBlock } from './blocks.ts';
import { addEntries } from './directory.ts';
import { deviceOf, type ExtInode, inodeFlags, mapSize, parseInode } from './inode.ts';
import { locateContent } from './mapping.ts';
import { type ExtSuperblock, readSuperblock } from './superblock.ts';
import { attributesInBlock, attributesInInode, fullName, type StoredAttribute, visibleValue } from './xattrs.ts';

/** The parts of an opened image. */
interface Ext {
  readonly source: ByteSource;
  readonly superblock: ExtSuperblock;
  readonly readBlock: ReadBlock;
  readonly placeOf: ReturnType<typeof inodePlaces>;
}

const rootInode = 2;
/** The longest directory that is read, in bytes: as many entries as it may have, with the longest names, in blocks that are half full. */
const maxDirectory = 64 << 20;
/** The namespace `system.` with the name `data` holds what does not fit into the inode's map. */
const inlineRest = { namespace: 7, name: 'data' };

/** Opens an ext2, ext3 or ext4 image whose magic was seen. Throws ImageError. Reads some KiB: what is in the tree is read when it is asked for. */
export async function openExt(source: ByteSource): Promise<ImageTree> {
  const superblock = await readSuperblock(source);
  const readBlock = blockReader(source, superblock);
  const image: Ext = { source, superblock, readBlock, placeOf: inodePlaces(superblock, readBlock) };
  const root = inodeTree(await nodeAt(image, rootInode));
  return { format: 'ext4', root, ...(superblock.warnings.length > 0 && { warnings: superblock.warnings }) };
}

async function readInode({ superblock, readBlock, placeOf }: Ext, number: number): Promise<ExtInode> {
  const { block, offset } = await placeOf(number);
  return parseInode((await readBlock(block)).part(offset, superblock.inodeSize), number, superblock);
}

async function nodeAt(image: Ext, number: number): Promise<InodeNode> {
  const inode = await readInode(image, number);
  const { kind, mode, uid, gid, modified, size } = inode;
  const attributes = { mode, uid: uid >>> 0, gid: gid >>> 0, modified, xattrs: () => xattrs(image, inode) };
  switch (kind) {
    case 'directory':
      return { ...attributes, kind, key: number, entries: () => directoryEntries(image, inode), inode: id => nodeAt(image, id) };
    case 'file':
      return { ...attributes, kind, size, read: content(image, inode) };
    case 'link':
      return {
        ...attributes,
        kind,
        target: linkTarget(size, async () => (inode.fastLink ? inode.map.bytes(0, size) : content(image, inode)(0, size))),
      };
    case 'character':
    case 'block':
      return { ...attributes, kind, device: deviceOf(inode) };
    default:
      return { ...attributes, kind };
  }
}

/** Reads the content of a file or link. */
function content(image: Ext, inode: ExtInode): (offset: number, length: number) => Promise<Uint8Array> {
  if (inode.flags & inodeFlags.encrypted) return async () => Promise.reject(encrypted(inode));
  if (inode.flags & inodeFlags.inlineData) {
    // what the inode does not hold is zeros
    return async (offset, length) => {
      const bytes = await inlineContent(image, inode);
      const end = Math.min(inode.size, offset + Math.min(length, maxRead));
      const out = new Uint8Array(Math.max(end - offset, 0));
      out.set(bytes.subarray(Math.min(offset, bytes.length), Math.min(end, bytes.length)));
      return out;
    };
  }
  return mappedContent(image.source, inode.size, locate(image, inode));
}

const locate = ({ superblock, readBlock }: Ext, inode: ExtInode): Locate => locateContent(inode, superblock, readBlock);

const encrypted = ({ kind }: ExtInode) => new ImageError('unsupported', `a ${kind} in it is encrypted`);

/** What lies in the inode: the map, then an attribute. */
async function inlineContent(image: Ext, inode: ExtInode): Promise<Uint8Array> {
  const rest = attributesInInode(inode.rest).find(({ namespace, name }) => namespace === inlineRest.namespace && name === inlineRest.name);
  const more = rest ? await storedValue(image, rest) : new Uint8Array();
  const all = new Uint8Array(mapSize + more.length);
  all.set(inode.map.all);
  all.set(more, mapSize);
  return all;
}

async function directoryEntries(image: Ext, inode: ExtInode): Promise<EntryList> {
  if (inode.flags & inodeFlags.encrypted) throw encrypted(inode);
  const list = entryList();
  const kinds = image.superblock.kindsInEntries;
  if (inode.flags & inodeFlags.inlineData) {
    const bytes = await inlineContent(image, inode);
    const whole = new Structure(bytes, 'little-endian');
    addEntries(whole.part(4, mapSize - 4), kinds, list); // the parent's number comes first
    addEntries(whole.part(mapSize, bytes.length - mapSize), kinds, list);
    return list.finish();
  }
  if (inode.size > maxDirectory) throw new ImageError('unsupported', `a directory of ${inode.size} bytes is too long`);
  const { blockSize } = image.superblock;
  const find = locate(image, inode);
  for (let at = 0; at < inode.size; ) {
    const { start, length } = await find(at);
    const end = Math.min(at + length, inode.size);
    for (let block = 0; start !== undefined && at + block < end; block += blockSize)
      addEntries(await image.readBlock((start + block) / blockSize), kinds, list);
    at = end;
  }
  return list.finish();
}

async function xattrs(image: Ext, inode: ExtInode): Promise<ReadonlyMap<string, Uint8Array>> {
  const stored = attributesInInode(inode.rest);
  if (inode.attributeBlock !== 0) stored.push(...attributesInBlock(await image.readBlock(inode.attributeBlock)));
  const set = createXattrSet();
  for (const attribute of stored) {
    const name = fullName(attribute);
    if (name !== undefined) set.add(name, visibleValue(attribute, await storedValue(image, attribute)));
  }
  return set.values;
}

async function storedValue(image: Ext, { value }: StoredAttribute): Promise<Uint8Array> {
  if (value instanceof Uint8Array) return value;
  const inode = await readInode(image, value.inode);
  if (inode.kind !== 'file' || !(inode.flags & inodeFlags.attributeValue) || inode.size !== value.size)
    throw new ImageError('corrupt', `inode ${value.inode} does not hold the value of an extended attribute`);
  return content(image, inode)(0, inode.size);
}
