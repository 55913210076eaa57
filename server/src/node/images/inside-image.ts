/** Answers what an editor asks of the inside of images. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import { compareTrees, plainKind } from '../../image/compare-trees.ts';
import { isEntryName } from '../../image/entry-name.ts';
import { ImageError } from '../../image/image-error.ts';
import type { DirectoryNode, FileNode, ImageTree } from '../../image/image-tree.ts';
import { describePartitions } from '../../image/partitions/contents.ts';
import { readPartitions } from '../../image/partitions/partitions.ts';
import { identifyRawImage, readableFileSystems } from '../../image/raw-image.ts';
import { type Resolution, resolveInImage } from '../../image/resolve.ts';
import { passedOver, walk } from '../../image/walk.ts';
import type {
  CompareImagesParams,
  CompareImagesResult,
  InsideEntry,
  InsideFailure,
  InsideImageParams,
  InsideImageResult,
  InsidePartition,
  InsideStat,
} from '../../protocol-inside.ts';
import { imageFiles } from './image-files.ts';
import { ImageChanged, type ImagePool, type OpenImage } from './image-pool.ts';

/** The answers; none of them rejects for what an image holds. */
export interface InsideImages {
  readonly answer: (params: InsideImageParams) => Promise<InsideImageResult>;
  /** `cancelled` is asked now and then. */
  readonly compare: (params: CompareImagesParams, cancelled: () => boolean) => Promise<CompareImagesResult>;
}

/** The most bytes that one answer holds; links of one directory that are followed; entries of one whose sizes are told; names that a search comes by, its time in ms, its largest file. */
const limits = { bytes: 4 << 20, links: 2_000, sizes: 1_000, entries: 400_000, time: 20_000, searched: 1 << 20 };
/** Differences that are listed. */
const mostDifferences = 5_000;

/** Entries of a directory that are listed before others have their turn: diagnostics are waited for while somebody types. */
const listedAtOnce = 4096;

/** There is nothing at a path. */
class Missing extends Error {
  override readonly name = 'Missing';
}

/** Creates them over a pool of open images. */
export function insideImages(pool: ImagePool): InsideImages {
  return {
    answer: params =>
      told(() =>
        pool.use(params.image, async (image): Promise<InsideImageResult> => {
          if (params.ask === 'partitions') return { partitions: await partitionsOf(image) };
          const tree = await image.tree(params.partition);
          switch (params.ask) {
            case 'stat':
              return { stat: await statOf(image, tree, params.path) };
            case 'list':
              return { entries: await listOf(tree, params.path) };
            case 'read':
              return read(image, tree, params);
            case 'find':
              return find(tree, params);
          }
        }),
      ),
    compare: async ({ left, right }, cancelled) => {
      const result = await told(() =>
        pool.use(left.image, a =>
          pool.use(right.image, async b => {
            const from = await directoryAt(await a.tree(left.partition), left.path);
            const to = await directoryAt(await b.tree(right.partition), right.path);
            const owners = a.directory === undefined && b.directory === undefined;
            return compareTrees(from, to, { owners, most: mostDifferences, cancelled });
          }),
        ),
      );
      return 'failure' in result ? { ...result, differences: [], unread: [], more: false } : result;
    },
  };
}

async function told<T>(work: () => Promise<T>): Promise<T | { readonly failure: InsideFailure }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return { failure: { kind: error.kind, message: error.message } };
    if (error instanceof ImageChanged) return { failure: { kind: 'changed', message: error.message } };
    if (error instanceof Missing) return { failure: { kind: 'missing', message: error.message } };
    throw error;
  }
}

type Found = Extract<Resolution, { readonly outcome: 'found' }>;

async function foundAt(tree: ImageTree, path: string): Promise<Found> {
  const found = await resolveInImage(tree, path);
  switch (found.outcome) {
    case 'found':
      return found;
    case 'missing':
    case 'not-a-directory':
      throw new Missing(`it has no ${found.at}`);
    case 'loop':
      throw new ImageError('unsupported', `the links at ${found.at} lead in a circle`);
    case 'too-long':
      throw new ImageError('unsupported', `the path is too long at ${found.at}`);
  }
}

async function directoryAt(tree: ImageTree, path: string): Promise<DirectoryNode> {
  const { node, path: at } = await foundAt(tree, path);
  if (node.kind !== 'directory') throw new Missing(`${at} is not a directory`);
  return node;
}

async function statOf(image: OpenImage, tree: ImageTree, path: string): Promise<InsideStat> {
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  const name = names.pop();
  const parent = await foundAt(tree, `/${names.join('/')}`);
  if (parent.node.kind !== 'directory') throw new Missing(`${parent.path} is not a directory`);
  const node = name === undefined ? parent.node : isEntryName(name) ? await parent.node.lookup(name) : undefined;
  if (!node) throw new Missing(`it has no ${path}`);
  const at = name === undefined ? parent.path : `${parent.path === '/' ? '' : parent.path}/${name}`;
  const { mode, uid, gid, modified } = node;
  const file = image.directory === undefined ? undefined : belowDirectory(image.directory, at);
  const state = file === undefined ? image.state : ((await imageFiles.stat(file))?.stamp ?? '');
  const size = node.kind === 'file' ? node.size : 0;
  const common = { kind: plainKind(node.kind), size, mode, uid, gid, modified, state, ...(file !== undefined && { file }) };
  return node.kind === 'link' ? { ...common, target: await node.target(), ...(await leading(tree, at)) } : common;
}

async function leading(tree: ImageTree, path: string): Promise<Pick<InsideStat, 'leadsTo'>> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found') return {};
  return { leadsTo: { kind: plainKind(found.node.kind), path: found.path, size: found.node.kind === 'file' ? found.node.size : 0 } };
}

const belowDirectory = (directory: string, path: string): string => `${directory === '/' ? '' : directory}${path}`;

async function listOf(tree: ImageTree, path: string): Promise<readonly InsideEntry[]> {
  const { node, path: at } = await foundAt(tree, path);
  if (node.kind !== 'directory') throw new Missing(`${at} is not a directory`);
  const entries: InsideEntry[] = [];
  const listed = await node.list();
  const withSizes = !hasMore(listed, limits.sizes);
  let links = 0;
  for (const { name, kind } of listed) {
    const leadsTo = kind === 'link' && ++links <= limits.links ? await kindBehind(tree, `${at}/${name}`) : undefined;
    const size = kind === 'file' && withSizes ? await sizeOf(node, name) : undefined;
    entries.push({ name, kind: plainKind(kind), ...(leadsTo && { leadsTo }), ...(size !== undefined && { size }) });
    if (entries.length % listedAtOnce === 0) await othersTurn();
  }
  return entries;
}

function hasMore(all: Iterable<unknown>, most: number): boolean {
  let left = most;
  for (const _ of all) if (--left < 0) return true;
  return false;
}

async function sizeOf(directory: DirectoryNode, name: string): Promise<number | undefined> {
  try {
    const node = await directory.lookup(name);
    return node?.kind === 'file' ? node.size : undefined;
  } catch (error) {
    if (error instanceof ImageError) return undefined; // as below
    throw error;
  }
}

async function kindBehind(tree: ImageTree, path: string): Promise<InsideEntry['leadsTo']> {
  try {
    const found = await resolveInImage(tree, path);
    return found.outcome === 'found' ? plainKind(found.node.kind) : undefined;
  } catch (error) {
    if (error instanceof ImageError) return undefined; // looking at the link itself says why
    throw error;
  }
}

async function fileAt(tree: ImageTree, path: string): Promise<{ readonly node: FileNode; readonly at: string }> {
  const { node, path: at } = await foundAt(tree, path);
  if (node.kind === 'file') return { node, at };
  throw new ImageError('unsupported', node.kind === 'directory' ? `${at} is a directory` : `${at} is no regular file`);
}

async function read(
  image: OpenImage,
  tree: ImageTree,
  { path, offset, length, state }: Extract<InsideImageParams, { readonly ask: 'read' }>,
): Promise<InsideImageResult> {
  const { node, at } = await fileAt(tree, path);
  const stateNow = async () =>
    image.directory === undefined ? image.state : ((await imageFiles.stat(belowDirectory(image.directory, at)))?.stamp ?? '');
  const before = await stateNow();
  if (state !== undefined && state !== before) throw new ImageChanged('it is another one by now');
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!whole) throw new ImageError('unsupported', `${length} bytes at ${offset} cannot be read`);
  const bytes = await node.read(offset, Math.min(length, limits.bytes));
  if (image.directory !== undefined && (await stateNow()) !== before) throw new ImageChanged('it was written to while it was read');
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') };
}

async function find(
  tree: ImageTree,
  { path, text, most }: Extract<InsideImageParams, { readonly ask: 'find' }>,
): Promise<InsideImageResult> {
  const root = await directoryAt(tree, path);
  const end = Date.now() + limits.time;
  const wanted = text === undefined ? undefined : Buffer.from(text);
  const paths: string[] = [];
  const unread = passedOver();
  const until = { entries: limits.entries, expired: () => Date.now() > end, unread: unread.add };
  const result = (more: boolean): InsideImageResult => {
    const left = unread.so();
    return { paths, more, ...(left && { unread: left }) };
  };
  for await (const { path: at, kind, name, parent } of walk(root, until)) {
    if (kind !== 'file' && !(kind === 'link' && wanted === undefined)) continue;
    if (wanted) {
      const held = await holds(parent, name, wanted);
      if (held === 'unread') unread.add(at);
      if (held !== true) continue;
    }
    if (paths.length >= most) return result(true);
    paths.push(at);
  }
  return result(Date.now() > end);
}

/** Whether a file is a text that holds another. */
async function holds(directory: DirectoryNode, name: string, wanted: Buffer): Promise<boolean | 'unread'> {
  try {
    const node = await directory.lookup(name);
    if (node?.kind !== 'file' || node.size > limits.searched || node.size < wanted.length) return false;
    const bytes = await node.read(0, limits.searched);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(wanted) && !bytes.includes(0);
  } catch (error) {
    if (error instanceof ImageError) return 'unread';
    throw error;
  }
}

async function partitionsOf({ source }: OpenImage): Promise<readonly InsidePartition[]> {
  if (!source) return [];
  const table = await readPartitions(source);
  const contents = await describePartitions(source, table, identifyRawImage);
  return contents.map(({ number, purpose, type, label, size, fileSystem, verity }) => ({
    ...{ number, label, size, purpose: purpose?.designator ?? type },
    readable: fileSystem !== undefined && readableFileSystems.has(fileSystem),
    ...(fileSystem !== undefined && { fileSystem }),
    ...((verity === 'hashes' || verity === 'signed') && { verity }),
  }));
}
