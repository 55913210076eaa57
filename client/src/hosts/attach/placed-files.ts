/** The unit files among what portabled says that it changed. */
import type { AttachChange } from '../contract.ts';

const unitFile = /\/(?:system|user)\.attached\/[^/]+\.(?:service|socket|target|timer|path)$/;

/** The unit files that portabled placed. */
export function filesPlaced(changes: readonly AttachChange[]): readonly string[] {
  return changes.filter(({ type, path }) => (type === 'copy' || type === 'symlink') && unitFile.test(path)).map(({ path }) => path);
}

/** Names of the units whose files portabled placed or removed. */
export function unitsAmong(changes: readonly AttachChange[], what: 'placed' | 'unlink'): readonly string[] {
  const paths =
    what === 'placed'
      ? filesPlaced(changes)
      : changes.filter(({ type, path }) => type === 'unlink' && unitFile.test(path)).map(({ path }) => path);
  return [...new Set(paths.map(path => path.slice(path.lastIndexOf('/') + 1)))].sort();
}
