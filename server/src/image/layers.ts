import type { DirectoryEntry, DirectoryNode, ImageNode, ImageTree } from './image-tree.ts';
import { resolveInImage } from './resolve.ts';
import { sideBySide } from './side-by-side.ts';

/** Where extension images lie over the base. */
export const hierarchies = { sysext: ['usr', 'opt'], confext: ['etc'] } as const;

/** The directories of an extension image that lie over those of the base, by the extension-release that it has; none for any other tree. */
export async function extensionHierarchies(tree: ImageTree): Promise<readonly string[]> {
  const has = async (path: string) => (await resolveInImage(tree, path)).outcome === 'found';
  return [
    ...((await has('/usr/lib/extension-release.d')) ? hierarchies.sysext : []),
    ...((await has('/etc/extension-release.d')) ? hierarchies.confext : []),
  ];
}

/** A tree that lies over others, in some directories at the top of the root, or in all of it. */
export interface Layer {
  readonly tree: ImageTree;
  readonly over: readonly string[] | 'all';
}

/**
 * The base with layers over it, the last one uppermost, as overlayfs shows them: directories are merged, of anything else the uppermost counts,
 * and whiteouts and opaque directories hide what is below (Documentation/filesystems/overlayfs.rst). Attributes of a merged directory are those
 * of the uppermost. Nothing is read before it is asked for.
 */
export function layeredTree(base: ImageTree, layers: readonly Layer[]): ImageTree {
  const all = layers.filter(({ over }) => over === 'all').map(({ tree }) => tree.root);
  const whole = stacked([...all.reverse(), base.root]);
  const names = new Set(layers.flatMap(({ over }) => (over === 'all' ? [] : over)));
  /** One of the directories with what lies over it; the base's own where nothing does. */
  async function over(name: string): Promise<ImageNode | undefined> {
    const own = await whole.lookup(name);
    const stack: DirectoryNode[] = [];
    for (const { tree, over: where } of [...layers].reverse()) {
      const node = where !== 'all' && where.includes(name) ? await tree.root.lookup(name) : undefined;
      if (node?.kind === 'directory') stack.push(node);
    }
    if (stack.length === 0 || (own && own.kind !== 'directory')) return own;
    return stacked(own ? [...stack, own] : stack);
  }
  const warnings = [base, ...layers.map(({ tree }) => tree)].flatMap(tree => tree.warnings ?? []);
  return {
    format: base.format,
    root: {
      ...whole,
      async list() {
        const added: DirectoryEntry[] = [];
        for (const name of [...names].sort()) {
          const node = await over(name);
          if (node) added.push({ name, kind: node.kind });
        }
        return uppermost([await whole.list(), added], () => false);
      },
      lookup: name => (names.has(name) ? over(name) : whole.lookup(name)),
    },
    ...(warnings.length > 0 && { warnings }),
  };
}

/** Directories over each other as one, the first uppermost. */
function stacked(stack: readonly DirectoryNode[]): DirectoryNode {
  const [top, ...below] = stack;
  if (!top || below.length === 0) return top ?? nowhere;
  /** The directories down to the first that hides those below it. */
  let visible: Promise<readonly DirectoryNode[]> | undefined;
  const seen = () => {
    visible ??= untilOpaque(stack);
    return visible;
  };
  return {
    ...top,
    async list() {
      const lists: Iterable<DirectoryEntry>[] = [];
      const whiteouts: ReadonlySet<string>[] = [];
      for (const directory of await seen()) {
        const list = await directory.list();
        lists.push(list);
        whiteouts.push(await whiteoutsIn(directory, list));
      }
      return uppermost(lists, (name, layer) => whiteouts[layer]?.has(name) === true);
    },
    async lookup(name) {
      const directories: DirectoryNode[] = [];
      for (const directory of await seen()) {
        const node = await directory.lookup(name);
        if (!node) continue;
        const hides = node.kind !== 'directory';
        if (hides && (await isWhiteout(node, node.kind === 'file' && (await hasMarkedFiles(directory))))) break;
        if (hides && directories.length === 0) return node;
        if (hides) break;
        directories.push(node);
      }
      return directories.length === 0 ? undefined : stacked(directories);
    },
  };
}

/** What is seen of directories over each other, the first uppermost: each name as the first that has it says, unless that is a whiteout. */
function uppermost(
  lists: readonly Iterable<DirectoryEntry>[],
  isHidden: (name: string, layer: number) => boolean,
): Iterable<DirectoryEntry> {
  return {
    *[Symbol.iterator]() {
      for (const entries of sideBySide(lists)) {
        const layer = entries.findIndex(entry => entry !== undefined);
        const entry = entries[layer];
        if (entry && !isHidden(entry.name, layer)) yield entry;
      }
    },
  };
}

async function whiteoutsIn(directory: DirectoryNode, list: Iterable<DirectoryEntry>): Promise<ReadonlySet<string>> {
  const marked = await hasMarkedFiles(directory);
  const all = new Set<string>();
  for (const { name, kind } of list) {
    // only these may be whiteouts, and to look at all others takes time
    const node = kind === 'character' || (marked && kind === 'file') ? await directory.lookup(name) : undefined;
    if (node && (await isWhiteout(node, marked))) all.add(name);
  }
  return all;
}

const nowhere: DirectoryNode = {
  kind: 'directory',
  ...{ mode: 0o755, uid: 0, gid: 0, modified: 0 },
  list: async () => [],
  lookup: async () => undefined,
};

async function untilOpaque(stack: readonly DirectoryNode[]): Promise<readonly DirectoryNode[]> {
  const visible: DirectoryNode[] = [];
  for (const directory of stack) {
    visible.push(directory);
    if ((await markOf(directory, 'opaque')) === 'y') break;
  }
  return visible;
}

/** Whether files in a directory may be whiteouts by their attribute (`trusted.overlay.opaque=x`, Linux 6.7). */
const hasMarkedFiles = async (directory: DirectoryNode): Promise<boolean> => (await markOf(directory, 'opaque')) === 'x';

/** A device of the numbers 0 and 0, or without numbers where they cannot be known; or an empty file with an attribute. */
async function isWhiteout(node: ImageNode, marked: boolean): Promise<boolean> {
  if (node.kind === 'character') return node.device === undefined || (node.device.major === 0 && node.device.minor === 0);
  return marked && node.kind === 'file' && node.size === 0 && (await markOf(node, 'whiteout')) !== undefined;
}

/** An attribute of overlayfs as text. */
async function markOf(node: ImageNode, name: string): Promise<string | undefined> {
  const value = (await node.xattrs?.())?.get(`trusted.overlay.${name}`);
  return value && new TextDecoder().decode(value);
}
