/** Holds an image tree against what the kernel shows of the same image, or against the directory that it was made from. */
import { spawnSync } from 'node:child_process';
import { type BigIntStats, closeSync, lstatSync, mkdtempSync, openSync, readdirSync, readlinkSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteSource } from '../../server/src/image/byte-source.ts';
import type { Decompressors } from '../../server/src/image/compression.ts';
import { encodeName } from '../../server/src/image/entry-name.ts';
import type { DirectoryNode, FileNode, ImageNode, ImageTree } from '../../server/src/image/image-tree.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { readXattrs, type Xattrs } from './xattrs.ts';

/** More differences than these say nothing new. */
const maxDifferences = 20;
/** Files up to this size are compared byte by byte, longer ones in so many windows. */
const wholeFile = 32 << 20;
const windows = 64;
const windowSize = 128 << 10;

/** How an image is compared. */
export interface Comparison {
  /** As `mount -t` knows it. */
  readonly fileSystem: string;
  /** Further options of the mount: `nouuid`, `noload`. It is always read-only. */
  readonly options?: string;
  /** Where the file system begins in the image, in bytes. */
  readonly offset?: number;
  /** The directory that the image was made from, where this kernel cannot mount it. */
  readonly reference?: string;
  /** Which extended attributes are compared, by name; absent: all. */
  readonly xattrs?: (name: string) => boolean;
}

type OpenTree = (source: ByteSource, decompressors: Decompressors) => Promise<ImageTree>;

/** Mounts the image, unless there is a reference, and returns every way in which our tree differs from it (at most 20), as sentences. */
export async function compareWithMount(image: string, open: OpenTree, comparison: Comparison): Promise<readonly string[]> {
  const compare = (directory: string) => withTree(image, open, tree => differences(tree, directory, comparison.xattrs ?? (() => true)));
  return comparison.reference === undefined ? withMount(image, comparison, compare) : compare(comparison.reference);
}

/** Opens an image file as a tree for as long as `use` takes. */
export async function withTree<T>(image: string, open: OpenTree, use: (tree: ImageTree) => Promise<T>): Promise<T> {
  const file = await imageFiles.open(image);
  try {
    return await use(await open(file, decompressors));
  } finally {
    await file.close();
  }
}

/** Mounts an image read-only for as long as `use` takes; the loop device goes with the mount. */
export async function withMount<T>(
  image: string,
  { fileSystem, options, offset }: Comparison,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'image-mount-'));
  const all = ['ro', 'loop', ...(offset === undefined ? [] : [`offset=${offset}`]), ...(options === undefined ? [] : [options])];
  const { status, stderr } = spawnSync('mount', ['-t', fileSystem, '-o', all.join(','), image, directory], { encoding: 'utf8' });
  try {
    if (status !== 0) throw new Error(`the kernel does not mount ${image}: ${stderr}`);
    return await use(directory);
  } finally {
    if (status === 0 && spawnSync('umount', [directory]).status !== 0) spawnSync('umount', ['--lazy', directory]);
    rmSync(directory, { recursive: true });
  }
}

/** Every way in which a tree differs from a directory, as sentences; at most 20. */
export async function differences(tree: ImageTree, directory: string, wanted: (xattr: string) => boolean): Promise<readonly string[]> {
  const found: string[] = [];
  const xattrs = readXattrs(directory);
  await compareNode(tree.root, Buffer.from(directory), {
    xattrs,
    wanted,
    say: text => found.push(text),
    enough: () => found.length >= maxDifferences,
  });
  return found;
}

interface Context {
  readonly xattrs: ReadonlyMap<string, Xattrs>;
  readonly wanted: (xattr: string) => boolean;
  readonly say: (difference: string) => void;
  readonly enough: () => boolean;
}

async function compareNode(node: ImageNode, path: Buffer, context: Context): Promise<void> {
  const stat = lstatSync(path, { bigint: true });
  const say = (what: string) => context.say(`${JSON.stringify(path.toString('latin1'))} ${what}`);
  const same = (what: string, mine: unknown, theirs: unknown) => {
    if (String(mine) !== String(theirs)) say(`has ${what} ${clipped(mine)} instead of ${clipped(theirs)}`);
  };
  same('kind', node.kind, kindOf(stat));
  same('mode', node.mode.toString(8), (stat.mode & 0o7777n).toString(8));
  same('owner', `${node.uid}:${node.gid}`, `${stat.uid}:${stat.gid}`);
  same('time', node.modified, (stat.mtimeNs - (((stat.mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n);
  const theirs = context.xattrs.get(path.toString('latin1')) ?? new Map<string, string>();
  same('xattrs', listed(hexed(await node.xattrs?.()), context.wanted), listed(theirs, context.wanted));
  if (node.kind !== kindOf(stat)) return;
  if (node.kind === 'directory') await compareDirectory(node, path, context);
  else if (node.kind === 'link')
    same('target', Buffer.from(encodeName(await node.target())).toString('latin1'), readlinkSync(path, 'latin1'));
  else if (node.kind === 'file') {
    same('size', node.size, stat.size);
    if (BigInt(node.size) === stat.size) await compareContent(node, path, say);
  } else if (node.kind === 'character' || node.kind === 'block')
    same('device', node.device && `${node.device.major}:${node.device.minor}`, deviceOf(stat.rdev));
}

const clipped = (value: unknown): string => (String(value).length > 200 ? `${String(value).slice(0, 200)}...` : String(value));

async function compareDirectory(node: DirectoryNode, path: Buffer, context: Context): Promise<void> {
  const entries = [...(await node.list())];
  const mine = entries.map(({ name }) => Buffer.from(encodeName(name)).toString('latin1')).sort();
  const theirs = readdirSync(path, { encoding: 'buffer' })
    .map(name => name.toString('latin1'))
    .sort();
  if (mine.join('/') !== theirs.join('/')) {
    const only = (some: readonly string[], others: readonly string[]) =>
      JSON.stringify(some.filter(name => !others.includes(name)).slice(0, 5));
    context.say(`${JSON.stringify(path.toString('latin1'))} lacks ${only(theirs, mine)} and has ${only(mine, theirs)}`);
    return;
  }
  for (const { name, kind } of entries) {
    if (context.enough()) return;
    const found = await node.lookup(name);
    if (!found || found.kind !== kind) context.say(`${path} lists ${JSON.stringify(name)} as ${kind}, but it is ${found?.kind}`);
    else await compareNode(found, Buffer.concat([path, Buffer.from('/'), encodeName(name)]), context);
  }
}

async function compareContent(node: FileNode, path: Buffer, say: (what: string) => void): Promise<void> {
  const { size } = node;
  const file = openSync(path, 'r');
  try {
    const ranges =
      size <= wholeFile
        ? Array.from({ length: Math.ceil(size / (4 << 20)) }, (_, i) => [i * (4 << 20), 4 << 20] as const)
        : Array.from({ length: windows }, (_, i) => [Math.floor(((size - windowSize) * i) / (windows - 1)), windowSize] as const);
    // and one that begins and ends anywhere, and one over the end
    for (const [from, length] of [...ranges, [Math.floor(size / 3), 5000] as const, [Math.max(size - 10, 0), 100] as const]) {
      // mostly in room that holds something else, as when a file is read piece by piece
      const room = length < windowSize ? undefined : new Uint8Array(Math.min(length, size)).fill(0xa5);
      const mine = await node.read(from, length, room);
      const theirs = Buffer.alloc(Math.min(length, size - from));
      for (let done = 0; done < theirs.length; ) {
        const count = readSync(file, theirs, done, theirs.length - done, from + done);
        if (count === 0) throw new Error(`${path} became shorter`);
        done += count;
      }
      if (!theirs.equals(mine)) return say(`has other content between ${from} and ${from + length}`);
    }
  } finally {
    closeSync(file);
  }
}

function kindOf(stat: BigIntStats): ImageNode['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isCharacterDevice()) return 'character';
  if (stat.isBlockDevice()) return 'block';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

/** Major and minor number as glibc packs them. */
const deviceOf = (rdev: bigint): string =>
  `${((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n)}:${(rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n)}`;

const hexed = (xattrs: ReadonlyMap<string, Uint8Array> | undefined): Xattrs =>
  new Map(Array.from(xattrs ?? [], ([name, value]) => [name, Buffer.from(value).toString('hex')]));

const listed = (xattrs: Xattrs, wanted: (name: string) => boolean): string =>
  [...xattrs]
    .filter(([name]) => wanted(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ') || 'none';
