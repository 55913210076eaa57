import type { ImageDifference } from '../protocol-inside.ts';
import { ImageError } from './image-error.ts';
import type { DirectoryNode, FileNode, ImageNode, NodeKind } from './image-tree.ts';
import { sideBySide } from './side-by-side.ts';

/** What comparing needs to know beside the trees. */
export interface CompareOptions {
  /** Whether owners count: in a directory of this machine they are the builder's, not the image's. */
  readonly owners: boolean;
  /** Differences that are listed. */
  readonly most: number;
  /** Asked before each directory and each stretch of a file: true ends it by throwing `unsupported`. */
  readonly cancelled: () => boolean;
}

/** How two trees differ. */
export interface TreeComparison {
  /** In order of path. */
  readonly differences: readonly ImageDifference[];
  /** Paths that could not be read in one of the two. */
  readonly unread: readonly string[];
  /** There are more differences than are listed. */
  readonly more: boolean;
}

type Aspect = ImageDifference['aspects'][number];

/** Bytes that are compared at a time. */
const stretch = 1 << 18;
/** Names that are compared. */
const mostEntries = 1_000_000;

/** The kinds of names as the protocol has them. */
export const plainKind = (kind: NodeKind): ImageDifference['kind'] =>
  kind === 'file' || kind === 'directory' || kind === 'link' ? kind : 'special';

/**
 * Compares two trees name by name, from `left` to `right`: what is cheap first, and the bytes of files only where their sizes are equal. Links are
 * compared as links. A directory that only one has is one difference. What cannot be read is listed. Throws ImageError where a root cannot be read.
 */
export async function compareTrees(left: DirectoryNode, right: DirectoryNode, options: CompareOptions): Promise<TreeComparison> {
  const differences: ImageDifference[] = [];
  const unread: string[] = [];
  let more = false;
  let entries = 0;

  const add = (difference: ImageDifference) => {
    if (differences.length < options.most) differences.push(difference);
    else more = true;
  };
  const noting = async (path: string, work: () => Promise<void>) => {
    if (options.cancelled()) throw new ImageError('unsupported', 'comparing was cancelled');
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ImageError) || path === '' || options.cancelled()) throw error;
      unread.push(path);
    }
  };

  async function directories(a: DirectoryNode, b: DirectoryNode, path: string): Promise<void> {
    for (const [inA, inB] of sideBySide([await a.list(), await b.list()])) {
      if (more) return;
      if (++entries > mostEntries) throw new ImageError('unsupported', `there are more than ${mostEntries} names to compare`);
      const either = inA ?? inB;
      if (!either) continue;
      const { name, kind } = either;
      const below = `${path}/${name}`;
      if (!inA || !inB) {
        add({ path: below, change: inA ? 'gone' : 'added', kind: plainKind(kind), aspects: [] });
        continue;
      }
      await noting(below, async () => {
        const [nodeA, nodeB] = [await a.lookup(name), await b.lookup(name)];
        if (!nodeA || !nodeB) throw new ImageError('io', 'it is not there');
        const aspects = await aspectsOf(nodeA, nodeB, options);
        if (aspects.length > 0) add({ path: below, change: 'changed', kind: plainKind(nodeB.kind), aspects });
        if (nodeA.kind === 'directory' && nodeB.kind === 'directory') await directories(nodeA, nodeB, below);
      });
    }
  }
  await noting('', () => directories(left, right, ''));
  return { differences, unread, more };
}

async function aspectsOf(a: ImageNode, b: ImageNode, options: CompareOptions): Promise<readonly Aspect[]> {
  if (a.kind !== b.kind) return ['kind'];
  const aspects: Aspect[] = [];
  if (a.kind === 'file' && b.kind === 'file' && !(await sameContent(a, b, options.cancelled))) aspects.push('content');
  if (a.kind === 'link' && b.kind === 'link' && (await a.target()) !== (await b.target())) aspects.push('target');
  if (a.mode !== b.mode && a.kind !== 'link') aspects.push('mode');
  if (options.owners && (a.uid !== b.uid || a.gid !== b.gid)) aspects.push('owner');
  return aspects;
}

async function sameContent(a: FileNode, b: FileNode, cancelled: () => boolean): Promise<boolean> {
  if (a.size !== b.size) return false;
  const room = { a: new Uint8Array(Math.min(stretch, a.size)), b: new Uint8Array(Math.min(stretch, a.size)) };
  for (let offset = 0; offset < a.size; offset += stretch) {
    if (cancelled()) throw new ImageError('unsupported', 'comparing was cancelled');
    const length = Math.min(stretch, a.size - offset);
    const [ofA, ofB] = [await a.read(offset, length, room.a), await b.read(offset, length, room.b)];
    if (ofA.length === 0 && ofB.length === 0) return true;
    if (!sameBytes(ofA, ofB)) return false;
  }
  return true;
}

/** A loop: a call for each byte takes five times as long. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
