/** Whether an image may be attached where it lies: only where nobody but root can change or replace it. */
import { dirname } from 'node:path';

/** What is asked of a path; `lstat` of node:fs/promises gives it. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

/**
 * Whether a path (without symlinks) and every directory above it belong to root and cannot be written by others. A sticky directory
 * such as /tmp does not do: others may put something in first.
 */
export async function onlyRootCanWrite(path: string, stat: (path: string) => Promise<Ownership>): Promise<boolean> {
  const { uid, mode } = await stat(path);
  if (uid !== 0 || (mode & 0o022) !== 0) return false;
  const above = dirname(path);
  return above === path || onlyRootCanWrite(above, stat);
}
