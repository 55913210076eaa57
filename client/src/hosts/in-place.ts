/** Whether an image may be attached where it lies: only where nobody but root can change or replace it, and portabled leaves it alone. */
import { basename, dirname, join } from 'node:path';

/** From 257 on, portabled removes what it finds there under the image's name when it detaches, expecting its own link: seen on 257 and 262. */
const linkDirectories = ['/run/portables', '/etc/portables'];

/** What is asked of a path; `lstat` of node:fs/promises gives it. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
  isSymbolicLink(): boolean;
}

/** Whether portabled, detaching the image at this path, would remove the image itself, or another one of its name that is no link. */
export async function detachRemoves(path: string, stat: (path: string) => Promise<Ownership>): Promise<boolean> {
  if (linkDirectories.includes(dirname(path))) return true;
  const images = linkDirectories.map(directory => join(directory, basename(path)));
  const found = await Promise.all(images.map(image => stat(image).catch(() => undefined)));
  return found.some(image => image !== undefined && !image.isSymbolicLink());
}

/**
 * Whether a path (without symlinks) and every directory above it belong to root and cannot be written by others. A sticky directory
 * such as /tmp does not do: others may put something in first.
 */
export function onlyRootCanWrite(path: string, stat: (path: string) => Promise<Ownership>): Promise<boolean> {
  return closedTo(path, stat, [0], 0o022);
}

/** The same for what the user's own manager runs as the user: it may be the user's, and that of a group that the user lets in. */
export function onlyUserCanWrite(path: string, stat: (path: string) => Promise<Ownership>, user: number): Promise<boolean> {
  return closedTo(path, stat, [0, user], 0o002);
}

async function closedTo(
  path: string,
  stat: (path: string) => Promise<Ownership>,
  owners: readonly number[],
  others: number,
): Promise<boolean> {
  const { uid, mode } = await stat(path);
  if (!owners.includes(uid) || (mode & others) !== 0) return false;
  const above = dirname(path);
  return above === path || closedTo(above, stat, owners, others);
}
