/** The file system of this machine, as the image layer sees it. */

import type { BigIntStats, Dirent } from 'node:fs';
import { closeSync, constants, fstatSync, lstatSync, openSync, read, readSync } from 'node:fs';
import { opendir, readdir, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { checkRange } from '../../image/byte-source.ts';
import type { FileAccess, FileStat, OpenFile } from '../../image/directory-tree.ts';
import { entryList } from '../../image/entry-list.ts';
import { decodeName, encodeName, isUtf8Name } from '../../image/entry-name.ts';
import { ImageError } from '../../image/image-error.ts';
import type { NodeKind } from '../../image/image-tree.ts';
import { roomFor } from '../../image/room.ts';

/** Reads files and directories of this machine. Every failure is an ImageError. */
export const imageFiles: FileAccess = {
  // A look at a name, or at a small file, takes microseconds, and the way through Node's threads ten times as long: an image has thousands.
  // Listing a directory does go through them, so that nobody who walks through a whole tree keeps others waiting.
  stat: path =>
    absentAsUndefined(async () => {
      const stat = lstatSync(nodePath(path), { bigint: true, throwIfNoEntry: false });
      return stat && fileStat(stat);
    }),
  list: path =>
    telling(async () => {
      const { add, finish } = entryList();
      const options = { encoding: 'latin1', bufferSize: 1024 } as const; // so each letter of a name is a byte of it
      const size = lstatSync(nodePath(path), { throwIfNoEntry: false })?.size ?? 0;
      const entries =
        size > longDirectory ? await opendir(nodePath(path), options) : await readdir(nodePath(path), { ...options, withFileTypes: true });
      for await (const entry of entries) add(Buffer.from(entry.name, 'latin1'), { id: 0, kind: kindOf(entry) });
      return finish().list();
    }),
  readlink: path => telling(async () => decodeName(await readlink(nodePath(path), { encoding: 'buffer' }))),
  realpath: path => absentAsUndefined(async () => decodeName(await realpath(nodePath(path), { encoding: 'buffer' }))),
  open: path => telling(() => openFile(path)),
};

/**
 * Directories above this size, in bytes as their file system counts, are read piece by piece: 200,000 names at once take 200 MiB. Shorter ones are
 * read at once, in a third of the time.
 */
const longDirectory = 65_536;
/** Files up to this size, in bytes, are read at once. */
const small = 65_536;
const readLater = promisify(read);

/** Opens a regular file for reading; a link is refused, and a FIFO does not make it wait. */
async function openFile(path: string): Promise<OpenFile> {
  const descriptor = openSync(nodePath(path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new ImageError('unsupported', 'it is not a regular file');
    const { size } = stat;
    const reading = new Set<Promise<unknown>>();
    let open = true;
    const readPart = async (bytes: Uint8Array, done: number, left: number, at: number): Promise<number> => {
      if (!open) throw new ImageError('io', 'it was closed');
      if (size <= small) return readSync(descriptor, bytes, done, left, at);
      const later = readLater(descriptor, bytes, done, left, at);
      reading.add(later);
      return (await later.finally(() => reading.delete(later))).bytesRead;
    };
    return {
      size,
      async read(offset, length, into) {
        checkRange(size, offset, length);
        const bytes = roomFor(length, into);
        for (let done = 0; done < length; ) {
          const count = await telling(() => readPart(bytes, done, length - done, offset + done));
          if (count === 0) throw new ImageError('io', 'it became shorter while it was read');
          done += count;
        }
        return bytes;
      },
      close: () =>
        telling(async () => {
          if (!open) return;
          open = false;
          await Promise.allSettled(reading); // once it is closed, its number may be another file's
          closeSync(descriptor);
        }),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The path as Node takes it: bytes where a name in it is not UTF-8. */
function nodePath(path: string): string | Buffer {
  return isUtf8Name(path) ? path : Buffer.from(encodeName(path));
}

function fileStat(stat: BigIntStats): FileStat {
  return {
    kind: kindOf(stat),
    size: Number(stat.size),
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    modified: Number(stat.mtimeNs / 1_000_000_000n),
    get stamp() {
      return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
    },
  };
}

function kindOf(of: BigIntStats | Dirent): NodeKind {
  if (of.isFile()) return 'file';
  if (of.isDirectory()) return 'directory';
  if (of.isSymbolicLink()) return 'link';
  if (of.isCharacterDevice()) return 'character';
  if (of.isBlockDevice()) return 'block';
  return of.isFIFO() ? 'fifo' : 'socket';
}

/** Turns an error of the file system into an ImageError. */
async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    const code = codeOf(cause);
    if (code === 'EACCES' || code === 'EPERM') throw new ImageError('denied', 'this user may not read it, or a part of it', { cause });
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ImageError('io', 'it is not there', { cause });
    throw new ImageError('io', `reading it failed (${code ?? cause})`, { cause });
  }
}

function absentAsUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  return telling(async () => {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
      throw error;
    }
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
