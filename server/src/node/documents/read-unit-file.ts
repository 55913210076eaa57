/** Reads unit files from this machine's disk. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { encodeName, isUtf8Name } from '../../image/entry-name.ts';

/** No unit is as big as this; what is bigger is not read. */
const biggest = 64 * 1024 * 1024;

/** What came of reading a file. `masked`: it leads to a device, as links to /dev/null do. */
export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'masked' }
  | { readonly kind: 'failed'; readonly why: string };

/** A path as Node takes it: bytes where a name in it is not UTF-8 (image/entry-name.ts). */
export const nodePath = (path: string): string | Buffer => (isUtf8Name(path) ? path : Buffer.from(encodeName(path)));

/** Why the file system refused, in words. */
export function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    ELOOP: 'its links lead in a circle',
    EISDIR: 'it is a directory',
    ENAMETOOLONG: 'the name is too long',
  };
  return (code && words[code]) ?? (error instanceof Error ? error.message : String(error));
}

/** The bytes of a file, links followed. Never waits for a FIFO, never throws. */
export function readUnitFile(path: string): FileRead {
  let file: number | undefined;
  try {
    file = openSync(nodePath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(file);
    if (stat.isCharacterDevice()) return { kind: 'masked' };
    if (!stat.isFile()) return { kind: 'failed', why: 'it is not a regular file' };
    if (stat.size > biggest) return { kind: 'failed', why: 'it is too big for a unit file' };
    const bytes = new Uint8Array(stat.size);
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(file, bytes, done, bytes.length - done, done);
      if (count === 0) break; // it became shorter
      done += count;
    }
    return { kind: 'bytes', bytes: bytes.subarray(0, done) };
  } catch (error) {
    return { kind: 'failed', why: whyOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
