/** What a file of an image grants to those who do not own it, and what it makes of who runs it. */
import { decodeFileCapabilities } from './file-capabilities.ts';
import type { ImageTree } from './image-tree.ts';
import { resolveInImage } from './resolve.ts';

/** The rights of a file or directory. */
export interface Rights {
  /** The path, links resolved. */
  readonly path: string;
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number;
  /** Absent in a directory of this machine: there the image is brought to its host under other owners. */
  readonly owner?: number;
  /** The file itself gives capabilities to who runs it; false also where that cannot be known. */
  readonly capabilities: boolean;
  /** The first directory on the way that only its owner and group may enter, and that owner. */
  readonly shut?: { readonly path: string; readonly owner?: number };
}

const enter = 0o001;

/** The rights of what a path leads to; undefined where that is nothing. Throws ImageErrors of the tree. */
export async function rightsAt(tree: ImageTree, path: string): Promise<Rights | undefined> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found') return undefined;
  const { node } = found;
  const ownerOf = ({ uid }: { readonly uid: number }) => (tree.format === 'directory' ? {} : { owner: uid });
  const attribute = node.kind === 'file' ? (await node.xattrs?.())?.get('security.capability') : undefined;
  let shut: Rights['shut'];
  for (const directory of parentsOf(found.path)) {
    const parent = await resolveInImage(tree, directory);
    if (parent.outcome !== 'found' || (parent.node.mode & enter) !== 0) continue;
    shut = { path: directory, ...ownerOf(parent.node) };
    break;
  }
  return {
    path: found.path,
    mode: node.mode,
    ...ownerOf(node),
    capabilities: attribute !== undefined && (decodeFileCapabilities(attribute)?.permitted ?? 0n) !== 0n,
    ...(shut && { shut }),
  };
}

/** The directories that lead to a path, from the root's first on. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, n) => `/${names.slice(0, n + 1).join('/')}`);
}
