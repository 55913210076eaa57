/** Whether an image may be attached where it lies: only where nobody but root can change or replace it, and portabled leaves it alone. */
import { dirname } from 'node:path';

/** From 257 on, portabled removes what it finds there under the image's name when it detaches, expecting its own link: seen on 257 and 262. */
const portabledsOwn = ['/run/portables', '/etc/portables'];

/** Whether portabled would remove an image at this path when it detaches it. */
export function removedOnDetach(path: string): boolean {
  return portabledsOwn.includes(dirname(path));
}

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
