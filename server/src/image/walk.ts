import type { DirectoryNode, NodeKind } from './image-tree.ts';

/** How far a walk goes. */
export interface WalkLimits {
  readonly entries: number;
  /** Whether a directory of that name is entered; absent: all are. */
  readonly enters?: (name: string) => boolean;
  /** Asked before each directory: true ends the walk. */
  readonly expired: () => boolean;
}

/** A name that a walk came by. */
export interface Walked {
  /** From the walk's beginning, with a slash before each name. */
  readonly path: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly parent: DirectoryNode;
}

/** All names below a directory, each directory's in order of name, links not followed. Ends early at a limit. Throws the ImageErrors of the tree. */
export async function* walk(root: DirectoryNode, limits: WalkLimits): AsyncGenerator<Walked> {
  const pending: { readonly path: string; readonly node: DirectoryNode }[] = [{ path: '', node: root }];
  let left = limits.entries;
  for (let here = pending.shift(); here && !limits.expired(); here = pending.shift()) {
    const { node: parent, path } = here;
    for (const { name, kind } of await parent.list()) {
      if (--left < 0) return;
      const below = `${path}/${name}`;
      yield { path: below, name, kind, parent };
      if (kind !== 'directory' || limits.enters?.(name) === false) continue;
      const node = await parent.lookup(name);
      if (node?.kind === 'directory') pending.push({ path: below, node });
    }
  }
}
