import { isEntryName } from './entry-name.ts';
import type { DirectoryNode, ImageNode, ImageTree, LinkNode } from './image-tree.ts';

/** Where a path leads inside an image. */
export type Resolution =
  | { readonly outcome: 'found'; readonly path: string; readonly node: Exclude<ImageNode, LinkNode> }
  /** `at` is the path, links on the way to it resolved, at which it stopped. */
  | { readonly outcome: 'missing' | 'not-a-directory' | 'loop' | 'too-long'; readonly at: string };

/** Links that are followed; the next one is a loop. systemd up to 257 refuses the 32nd (seen on 252 and 257); 262 follows some more. */
export const maxLinks = 31;
/** The longest path with what links added to it, in UTF-16 units (Linux: PATH_MAX). */
const maxPath = 4096;
/** The most directories that are searched for one path, so that a hostile image cannot keep us busy. */
const maxSteps = 512;

interface Step {
  readonly name: string;
  readonly node: DirectoryNode;
}

/**
 * Resolves a path inside an image as systemd's chase() does: from the image's root, whether or not the path starts with `/`; every link on
 * the way and at the end is followed; an absolute link starts at the image's root, and `..` stops there. The one place where paths meet
 * images. Never throws for what the path or the links say; throws the ImageErrors of the tree.
 */
export async function resolveInImage(tree: ImageTree, path: string): Promise<Resolution> {
  const stack: Step[] = [];
  let pending = path;
  let links = 0;
  let steps = 0;
  for (;;) {
    const { name, rest } = firstName(pending);
    const here = stack.at(-1)?.node ?? tree.root;
    if (name === undefined) return { outcome: 'found', path: pathOf(stack), node: here };
    pending = rest;
    if (name === '.') continue;
    if (name === '..') {
      stack.pop();
      continue;
    }
    const at = pathOf(stack, name);
    if (++steps > maxSteps) return { outcome: 'too-long', at };
    const node = isEntryName(name) ? await here.lookup(name) : undefined;
    if (node === undefined) return { outcome: 'missing', at };
    if (node.kind === 'directory') stack.push({ name, node });
    else if (node.kind === 'link') {
      if (++links > maxLinks) return { outcome: 'loop', at };
      const target = await node.target();
      if (target.startsWith('/')) stack.length = 0;
      pending = target + rest;
      if (pending.length > maxPath) return { outcome: 'too-long', at };
    } else if (rest === '') return { outcome: 'found', path: at, node };
    else return { outcome: 'not-a-directory', at };
  }
}

/** The first name of a path and what follows it, from its slash on: a path that ends with one names a directory. */
function firstName(path: string): { name: string | undefined; rest: string } {
  const start = path.search(/[^/]/);
  if (start < 0) return { name: undefined, rest: '' };
  const end = path.indexOf('/', start);
  return end < 0 ? { name: path.slice(start), rest: '' } : { name: path.slice(start, end), rest: path.slice(end) };
}

function pathOf(stack: readonly Step[], last?: string): string {
  const names = stack.map(step => step.name);
  if (last !== undefined) names.push(last);
  return `/${names.join('/')}`;
}
