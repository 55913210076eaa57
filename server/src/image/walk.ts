import { ImageError } from './image-error.ts';
import type { DirectoryNode, NodeKind } from './image-tree.ts';

/** How far a walk goes. */
export interface WalkLimits {
  readonly entries: number;
  /** Whether a directory of that name is entered; absent: all are. */
  readonly enters?: (name: string) => boolean;
  /** Asked before each directory: true ends the walk. */
  readonly expired: () => boolean;
  /** Told of each directory below the first that cannot be read; absent: the walk ends there by throwing. */
  readonly unread?: (path: string, error: ImageError) => void;
}

/** What was passed over since it could not be read; `so` is absent where nothing was. */
export interface PassedOver {
  add(path: string): void;
  so(): { readonly count: number; readonly first: string } | undefined;
}

/** Begins to count what is passed over. */
export function passedOver(): PassedOver {
  let so: ReturnType<PassedOver['so']>;
  return {
    add(path) {
      so = { count: (so?.count ?? 0) + 1, first: so?.first ?? path };
    },
    so: () => so,
  };
}

/** A name that a walk came by. */
export interface Walked {
  /** From the walk's beginning, with a slash before each name. */
  readonly path: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly parent: DirectoryNode;
}

/** All names below a directory, each directory's in order of name, links not followed. Ends early at a limit. Throws the ImageErrors of the tree, unless `unread` takes them. */
export async function* walk(root: DirectoryNode, limits: WalkLimits): AsyncGenerator<Walked> {
  const pending: { readonly path: string; readonly node: DirectoryNode }[] = [{ path: '', node: root }];
  let left = limits.entries;
  const passing = async <T>(path: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!limits.unread || path === '' || !(error instanceof ImageError)) throw error;
      limits.unread(path, error);
      return undefined;
    }
  };
  for (let here = pending.shift(); here && !limits.expired(); here = pending.shift()) {
    const { node: parent, path } = here;
    for (const { name, kind } of (await passing(path, () => parent.list())) ?? []) {
      if (--left < 0) return;
      const below = `${path}/${name}`;
      yield { path: below, name, kind, parent };
      if (kind !== 'directory' || limits.enters?.(name) === false) continue;
      const node = await passing(below, () => parent.lookup(name));
      if (node?.kind === 'directory') pending.push({ path: below, node });
    }
  }
}
