import type { ByteSource } from './byte-source.ts';
import { isEntryName } from './entry-name.ts';
import { ImageError } from './image-error.ts';
import { type DirectoryEntry, type DirectoryNode, type FileNode, type ImageNode, type ImageTree, maxRead } from './image-tree.ts';

/** What a file system says of a name, links not followed. */
export interface FileStat {
  readonly kind: ImageNode['kind'];
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  /** Changes whenever the file's content or place may have changed. */
  readonly stamp: string;
}

/** A file that was opened: bytes until it is closed. */
export interface OpenFile extends ByteSource {
  close(): Promise<void>;
}

/** The file system as far as image trees need it. Paths are absolute; a name that is not UTF-8 is written as in entry-name.ts. Throws ImageError. */
export interface FileAccess {
  /** Undefined where there is nothing of that path. */
  stat(path: string): Promise<FileStat | undefined>;
  /** In the order of their names' bytes. */
  list(path: string): Promise<Iterable<DirectoryEntry>>;
  readlink(path: string): Promise<string>;
  /** Opens a regular file, never following a link at its end. */
  open(path: string): Promise<OpenFile>;
  /** The path with all links resolved, undefined where it leads nowhere. */
  realpath(path: string): Promise<string | undefined>;
}

/** Opens a directory of this machine as an image. Throws an ImageError where it is not there or not a directory. */
export async function openDirectory(files: FileAccess, path: string): Promise<ImageTree> {
  const stat = await files.stat(path);
  if (stat === undefined) throw new ImageError('io', 'it is not there');
  const root = nodeOf(files, path, stat);
  if (root.kind !== 'directory') throw new ImageError('io', 'it is not a directory');
  return { format: 'directory', root };
}

function nodeOf(files: FileAccess, path: string, stat: FileStat): ImageNode {
  const { mode, uid, gid, modified, kind } = stat;
  const attributes = { mode, uid, gid, modified };
  if (kind === 'directory') return { ...attributes, kind, ...directoryReader(files, path) };
  if (kind === 'file') return { ...attributes, kind, size: stat.size, read: fileReader(files, path) };
  if (kind === 'link') return { ...attributes, kind, target: () => files.readlink(path) };
  return { ...attributes, kind };
}

function directoryReader(files: FileAccess, path: string): Pick<DirectoryNode, 'list' | 'lookup'> {
  return {
    list: () => files.list(path),
    async lookup(name) {
      if (!isEntryName(name)) return undefined;
      const below = `${path === '/' ? '' : path}/${name}`;
      const stat = await files.stat(below);
      return stat && nodeOf(files, below, stat);
    },
  };
}

function fileReader(files: FileAccess, path: string): FileNode['read'] {
  return async (offset, length, into) => {
    const file = await files.open(path);
    try {
      const start = Math.min(offset, file.size); // the size now: the file may have changed since it was looked up
      return await file.read(start, Math.min(length, maxRead, file.size - start), into);
    } finally {
      await file.close();
    }
  };
}
