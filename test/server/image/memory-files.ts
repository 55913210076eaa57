import { memorySource } from '../../../server/src/image/byte-source.ts';
import { type FileAccess, type FileStat, openDirectory } from '../../../server/src/image/directory-tree.ts';
import { compareNames } from '../../../server/src/image/entry-name.ts';
import { ImageError } from '../../../server/src/image/image-error.ts';
import type { ImageTree } from '../../../server/src/image/image-tree.ts';

/** A file system as a nested object literal: text or bytes are files, objects are directories. */
export interface Tree {
  readonly [name: string]: Tree | string | Uint8Array | Special;
}

/** What is neither a file nor a plain directory. */
class Special {
  readonly kind: 'link' | 'fifo' | 'character' | 'closed';
  readonly target: string;
  constructor(kind: Special['kind'], target = '') {
    this.kind = kind;
    this.target = target;
  }
}

export const linkTo = (target: string): Special => new Special('link', target);
export const fifo = new Special('fifo');
export const character = new Special('character');
/** A directory or file that the user may not read. */
export const closed = new Special('closed');

/** A FileAccess over such a literal; `calls` counts what was asked of it, `programs` tells which paths may be executed. */
export function memoryFiles(
  tree: Tree,
  programs: (path: string) => boolean = () => false,
): FileAccess & { readonly calls: { list: number; open: number; stat: number } } {
  const calls = { list: 0, open: 0, stat: 0 };
  const at = (path: string): Tree | string | Uint8Array | Special | undefined => {
    let here: Tree | string | Uint8Array | Special | undefined = tree;
    for (const name of path.split('/').filter(Boolean)) {
      if (here instanceof Special && here.kind === 'closed') throw new ImageError('denied', 'this user may not read it');
      if (!isTree(here)) return undefined;
      here = Object.hasOwn(here, name) ? here[name] : undefined;
    }
    return here;
  };
  const stat = (path: string): FileStat | undefined => {
    const node = at(path);
    if (node === undefined) return undefined;
    const size = typeof node === 'string' || node instanceof Uint8Array ? node.length : 0;
    return { kind: kindOf(node), size, mode: programs(path) ? 0o755 : 0o644, uid: 0, gid: 0, modified: 0, stamp: `${path} ${size}` };
  };
  const readable = (path: string) => {
    const node = at(path);
    if (node instanceof Special && node.kind === 'closed') throw new ImageError('denied', 'this user may not read it');
    if (node === undefined) throw new ImageError('io', 'it is not there');
    return node;
  };
  return {
    calls,
    async stat(path) {
      calls.stat++;
      return stat(path);
    },
    async list(path) {
      calls.list++;
      const node = readable(path);
      if (!isTree(node)) throw new ImageError('io', 'it is not a directory');
      return Object.entries(node)
        .map(([name, below]) => ({ name, kind: kindOf(below) }))
        .sort((a, b) => compareNames(a.name, b.name));
    },
    async readlink(path) {
      const node = readable(path);
      if (!(node instanceof Special)) throw new ImageError('io', 'it is not a link');
      return node.target;
    },
    async realpath(path) {
      const node = at(path);
      if (!(node instanceof Special && node.kind === 'link')) return node === undefined ? undefined : path;
      const target = new URL(node.target, `file://${path}`).pathname;
      return at(target) === undefined ? undefined : target;
    },
    async open(path) {
      calls.open++;
      const node = readable(path);
      if (typeof node !== 'string' && !(node instanceof Uint8Array)) throw new ImageError('unsupported', 'it is not a regular file');
      return { ...memorySource(typeof node === 'string' ? new TextEncoder().encode(node) : node), close: async () => {} };
    },
  };
}

/** The literal as an image tree. */
export function imageTree(tree: Tree, programs?: (path: string) => boolean): Promise<ImageTree> {
  return openDirectory(memoryFiles(tree, programs), '/');
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !(node instanceof Uint8Array) && !(node instanceof Special);
}

function kindOf(node: Tree | string | Uint8Array | Special): FileStat['kind'] {
  if (node instanceof Special) return node.kind === 'closed' ? 'directory' : node.kind;
  return isTree(node) ? 'directory' : 'file';
}
