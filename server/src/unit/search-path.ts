/** Where systemd looks for units in a tree, first directory first. */

/** Whose manager: that of the system, or a user's own. */
export type Manager = 'system' | 'user';

/**
 * Of the system manager (seen on 252, 257 and 262 with a unit in each; where `/lib` is not a link, Debian's 252 puts its directory before
 * that of `/usr/lib`).
 */
export const unitSearchPath: readonly string[] = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
];

/** Of a user's manager, as far as a tree holds it (src/libsystemd/sd-path/path-lookup.c, lookup_paths_init). */
export const userUnitSearchPath: readonly string[] = [
  '/.config/systemd/user',
  '/etc/systemd/user',
  '/run/systemd/user',
  '/.local/share/systemd/user',
  '/usr/local/share/systemd/user',
  '/usr/share/systemd/user',
  '/usr/local/lib/systemd/user',
  '/usr/lib/systemd/user',
  '/lib/systemd/user',
];

/** Where the portabled of a user looks for units in an image (seen on 262 with a unit in each). */
const userImageSearchPath: readonly string[] = userUnitSearchPath.filter(path => !/^\/(\.|lib\/)/.test(path));

/** Where the portabled of a manager looks for units in an image. */
export const imageSearchPath = (manager: Manager = 'system'): readonly string[] =>
  manager === 'user' ? userImageSearchPath : unitSearchPath;

/** A directory of units in its tree. */
export interface UnitDirectory {
  /** The same for all directories that are read together: those of one manager in one tree; one on no search path is read by itself. */
  readonly group: string;
  /** Whose manager reads it; undefined for a directory on no search path. */
  readonly manager?: Manager;
  /** The root of the tree; undefined for a directory on no search path. */
  readonly root?: string;
  /** Smaller goes first. */
  readonly rank: number;
}

const all = [
  ...unitSearchPath.map((suffix, rank) => ({ suffix, rank, manager: 'system' as const })),
  ...userUnitSearchPath.map((suffix, rank) => ({ suffix, rank, manager: 'user' as const })),
].sort((a, b) => b.suffix.length - a.suffix.length);

/** What a directory is, by its path with `/` between the parts. */
export function unitDirectory(path: string): UnitDirectory {
  const slashed = path.startsWith('/') ? path : `/${path}`;
  const found = all.find(({ suffix }) => slashed.endsWith(suffix));
  if (!found) return { group: path, rank: 0 };
  const { suffix, rank, manager } = found;
  const root = slashed.slice(0, -suffix.length);
  return { group: `${manager} ${root}`, manager, root, rank };
}

/** The directories that are read together with that of a unit file or drop-in: all of its manager in its tree, else its own alone. */
export function managerDirectories(path: string): { readonly root?: string; readonly directories: readonly string[] } {
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const own = parent.endsWith('.d') ? parent.slice(0, Math.max(parent.lastIndexOf('/'), 0)) : parent;
  const { root, manager } = unitDirectory(own);
  if (root === undefined) return { directories: [own] };
  const suffixes = manager === 'user' ? userUnitSearchPath : unitSearchPath;
  return { root, directories: suffixes.map(suffix => root + suffix) };
}
