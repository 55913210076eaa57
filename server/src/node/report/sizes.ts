/** Where the bytes of an image lie: a walk with an end, and the largest directories of it. */
import { ImageError } from '../../image/image-error.ts';
import type { DirectoryNode } from '../../image/image-tree.ts';
import { passedOver, walk } from '../../image/walk.ts';
import type { ImagePart, ImageSizesResult } from '../../protocol.ts';

/** How far counting goes. */
export interface SizeLimits {
  readonly entries: number;
  readonly expired: () => boolean;
}

/** Parts that a treemap has at most: more could be neither read nor hit. */
const mostParts = 28;
/** A part that is less than this share of all is not told apart. */
const leastShare = 0.012;
/** Directories that are told apart; what lies below others counts for the one above them. */
const mostDirectories = 20_000;

interface Directory {
  readonly path: string;
  readonly children: Directory[];
  /** Of the files right in it. */
  ownBytes: number;
  ownFiles: number;
  bytes: number;
  files: number;
}

/** Counts what is below a directory. Hard links count at each of their names. What cannot be read is passed over, but the directory itself: its ImageErrors are thrown. */
export async function sizesOf(root: DirectoryNode, limits: SizeLimits): Promise<Omit<ImageSizesResult, 'failure'>> {
  const top = directory('');
  const known = new Map([['', top]]);
  const unread = passedOver();
  let seen = 0;
  for await (const { path, name, kind, parent } of walk(root, { ...limits, unread: unread.add })) {
    seen++;
    const above = known.get(path.slice(0, path.lastIndexOf('/')));
    if (!above) continue;
    if (kind === 'directory') {
      const here = known.size < mostDirectories ? directory(path) : above;
      known.set(path, here);
      if (here !== above) above.children.push(here);
    }
    if (kind !== 'file') continue;
    const node = await parent.lookup(name).catch((error: unknown) => {
      if (!(error instanceof ImageError)) throw error;
      unread.add(path);
      return undefined;
    });
    if (node?.kind !== 'file') continue;
    above.ownBytes += node.size;
    above.ownFiles++;
  }
  const partial = seen >= limits.entries || limits.expired();
  const left = unread.so();
  sum(top);
  return { parts: partsOf(top), total: top.bytes, files: top.files, partial, ...(left && { unread: left }) };
}

const directory = (path: string): Directory => ({ path, children: [], ownBytes: 0, ownFiles: 0, bytes: 0, files: 0 });

/** Adds up from the leaves; a chain of directories may be longer than the stack. */
function sum(top: Directory): void {
  const order = [top];
  for (const here of order) order.push(...here.children);
  for (const here of order.reverse()) {
    here.bytes = here.ownBytes + here.children.reduce((all, child) => all + child.bytes, 0);
    here.files = here.ownFiles + here.children.reduce((all, child) => all + child.files, 0);
  }
}

/** Splits the largest directory again and again, for as long as the parts can be told apart. */
function partsOf(top: Directory): readonly ImagePart[] {
  const open = [top];
  const done: ImagePart[] = [];
  const least = top.bytes * leastShare;
  const byBytes = (a: { readonly bytes: number }, b: { readonly bytes: number }) => b.bytes - a.bytes;
  for (let here = open.shift(); here; here = open.sort(byBytes).shift()) {
    const large = here.children.filter(child => child.bytes >= least && child.bytes > 0).sort(byBytes);
    const room = mostParts - open.length - done.length - 1;
    const split = large.slice(0, Math.max(room, 0));
    // what is one directory's anyway is told by that
    if (split.length === 0 || (here.bytes < top.bytes / 6 && here !== top)) {
      if (here.bytes > 0) done.push({ path: here.path || '/', kind: 'below', bytes: here.bytes, files: here.files });
      continue;
    }
    open.push(...split);
    const bytes = here.bytes - split.reduce((all, child) => all + child.bytes, 0);
    const files = here.files - split.reduce((all, child) => all + child.files, 0);
    if (bytes > 0) done.push({ path: here.path || '/', kind: 'rest', bytes, files });
  }
  return done.sort(byBytes);
}
