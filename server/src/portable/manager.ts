/** Whose portabled attaches a unit: that of the system, or that of a user (systemd 260), with profiles of its own. */
import { parentOf } from '../unit/path-parts.ts';
import { type Manager, unitDirectory } from '../unit/search-path.ts';
import type { KnownHost } from './known-host.ts';

/** The first systemd that has a portabled for users. */
export const usersFrom = 260;

/** What is known of a unit: where it lies, and the PORTABLE_SCOPE= of its image. */
interface Placed {
  readonly path?: string | undefined;
  readonly scope?: string | undefined;
}

/**
 * The manager whose directory a unit file lies in, since its portabled takes no other's; where that does not tell, the one of the host, else that
 * for which the image is made. Users have none before systemd 260.
 */
export function managerOf({ path, scope }: Placed, { systemd, host }: { readonly systemd: number; readonly host?: KnownHost }): Manager {
  if (systemd < usersFrom) return 'system';
  return managerOfPath(path) ?? host?.scope ?? (scope === 'user' ? 'user' : 'system');
}

/** The manager in whose directory a unit file lies, where it lies in one. */
export function managerOfPath(path: string | undefined): Manager | undefined {
  return path === undefined ? undefined : unitDirectory(parentOf(path)).manager;
}
