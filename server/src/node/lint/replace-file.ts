/** Writes files so that a reader sees the old content or the new one, and so that no link leads the writing elsewhere. */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { nodePath, readUnitFile, whyOf } from '../documents/read-unit-file.ts';

/** Whether nobody may write a file, or this user may not; a file that is not there can be made. Links are followed. */
export function isReadOnly(path: string): boolean {
  const stat = statSync(nodePath(path), { throwIfNoEntry: false });
  if (!stat) return false;
  try {
    accessSync(nodePath(path), constants.W_OK);
    return (stat.mode & 0o222) === 0;
  } catch {
    return true;
  }
}

/** Why a file may not be changed, in words that follow `it`; undefined where it may. As root, too, a file without write permission is left alone. */
function whyNotWritable(path: string): string | undefined {
  const stat = lstatSync(nodePath(path), { throwIfNoEntry: false });
  if (!stat) return 'is gone';
  if (!stat.isFile()) return 'is not a regular file';
  if (stat.nlink > 1) return 'has several names (hard links)';
  return isReadOnly(path) ? 'is read-only' : undefined;
}

/** Puts a text in the place of a file that still holds `before`. The reason why it could not, in words that follow `it`; undefined when done. */
export function replaceFile(path: string, before: Uint8Array, text: string): string | undefined {
  const why = whyNotWritable(path);
  if (why !== undefined) return why;
  const stat = lstatSync(nodePath(path), { throwIfNoEntry: false });
  if (!stat) return 'is gone';
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && stat.uid !== own) return 'belongs to another user';
  return writeBeside(path, text, {
    mode: stat.mode & 0o7777,
    ...(own === 0 && { owner: [stat.uid, stat.gid] as const }),
    check: () => {
      const now = readUnitFile(path);
      const same = lstatSync(nodePath(path)).isFile() && now.kind === 'bytes' && Buffer.compare(now.bytes, before) === 0;
      return same ? undefined : 'was changed by somebody else meanwhile';
    },
  });
}

/** Writes a file of our own, new or not; a link is replaced, not followed. The reason why it could not; undefined when done. */
export const writeFile = (path: string, text: string): string | undefined => writeBeside(path, text, { mode: 0o666 & ~process.umask() });

interface Manner {
  readonly mode: number;
  readonly owner?: readonly [uid: number, gid: number];
  /** Asked at the last moment: why not to go on. */
  readonly check?: () => string | undefined;
}

function writeBeside(path: string, text: string, { mode, owner, check }: Manner): string | undefined {
  const fresh = join(dirname(path), `.portable-lint-${process.pid}.new`);
  let file: number | undefined;
  try {
    file = openSync(nodePath(fresh), 'wx', 0o600);
    writeAll(file, text);
    if (owner) fchownSync(file, ...owner);
    fchmodSync(file, mode);
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    const why = check?.();
    if (why === undefined) renameSync(nodePath(fresh), nodePath(path));
    else rmSync(nodePath(fresh));
    return why;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    rmSync(nodePath(fresh), { force: true });
    return `cannot be written: ${whyOf(error)}`;
  }
}

/** Writes all of a text to an open file, also where that takes only a part at a time or has to be waited for (pipes). */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
