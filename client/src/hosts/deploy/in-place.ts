/** Whether an image may be attached where it lies: only where nobody but root can change or replace it, and portabled leaves it alone. */
import { basename, dirname, join } from 'node:path';
import type { Places } from '../on-host/places.ts';

/** What is asked of a path; `lstat` of node:fs/promises gives it. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
  isSymbolicLink(): boolean;
}

/**
 * Whether portabled, detaching the image at this path, would remove the image itself, or another one of its name that is no link: from 257 on
 * it takes away what it finds under that name where its own links lie, in either scope (seen on 257 and 262).
 */
export async function detachRemoves(path: string, links: Places['links'], stat: (path: string) => Promise<Ownership>): Promise<boolean> {
  const linkDirectories = [links.runtime, links.persistent];
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
  return closedTo(path, stat, [0]);
}

/** The same for what the user's own manager runs as the user: it may be the user's, too. */
export function onlyUserCanWrite(path: string, stat: (path: string) => Promise<Ownership>, user: number): Promise<boolean> {
  return closedTo(path, stat, [0, user]);
}

async function closedTo(path: string, stat: (path: string) => Promise<Ownership>, owners: readonly number[]): Promise<boolean> {
  const { uid, mode } = await stat(path);
  if (!owners.includes(uid) || (mode & 0o022) !== 0) return false;
  const above = dirname(path);
  return above === path || closedTo(above, stat, owners);
}
