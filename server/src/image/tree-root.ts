/**
 * Directories that say that what is above them is an image's root, and what a file in them is: design "Where an image tree begins". A longer
 * one comes before its own end (`usr/lib/...` before `lib/...`).
 */
const marks: readonly string[] = [
  ...['usr/local/lib', 'usr/lib', 'lib', 'etc', 'run'].flatMap(base => [
    `${base}/systemd/system`,
    `${base}/systemd/user`,
    `${base}/systemd/system.attached`,
    `${base}/systemd/system.control`,
    `${base}/systemd/portable`,
  ]),
  'usr/lib/extension-release.d',
  'etc/extension-release.d',
];

/** Directories of units that, below a directory, make it an image tree. */
export const unitDirectories: readonly string[] = marks.filter(mark => /\/systemd\/(system|user)$/.test(mark));

/** Files that make the directory above them a whole image tree. */
export const releaseFiles: readonly string[] = ['etc/os-release', 'usr/lib/os-release'];

/** The image tree that a file belongs to. */
export interface TreeRoot {
  /** The root's path, without a slash at its end unless it is `/`. */
  readonly root: string;
  /** It has an os-release, so the tree is whole; a layer (`mkosi.extra/` and the like) lacks most files, and what it lacks says nothing. */
  readonly whole: boolean;
}

/**
 * The image tree that a file on this machine belongs to: by the unit directory in its own path (the innermost), else the nearest directory
 * above it that holds an os-release; the machine's own root only by its unit directories. Undefined for a file outside any image tree.
 * `path` is absolute; on Windows both slashes do.
 */
export async function imageRootOf(path: string, exists: (path: string) => Promise<boolean>): Promise<TreeRoot | undefined> {
  // of the same length, so that places in one are places in the other
  const plain = /^[A-Za-z]:[\\/]|^\\\\/.test(path) ? path.replaceAll('\\', '/') : path;
  const whole = async (root: string) => {
    for (const file of releaseFiles) if (await exists(`${root === '/' ? '' : root}/${file}`)) return true;
    return false;
  };
  const marked = markedRoot(plain);
  if (marked !== undefined) {
    const root = path.slice(0, marked) || '/';
    return { root, whole: await whole(root) };
  }
  for (let at = plain.lastIndexOf('/'); at > 0; at = plain.lastIndexOf('/', at - 1)) {
    const root = path.slice(0, at);
    if (!root.endsWith(':') && (await whole(root))) return { root, whole: true };
  }
  return undefined;
}

/** The root of the image tree that a path (with `/` between its parts) goes into by a unit directory or a release file; undefined for any other. */
export function markedRootOf(path: string): string | undefined {
  const marked = markedRoot(path);
  return marked === undefined ? undefined : path.slice(0, marked) || '/';
}

/** Where the root ends in a path that goes through one of the marks: the innermost, and of those that end alike the longest. */
function markedRoot(path: string): number | undefined {
  const places = [
    ...marks.map(mark => ({ root: path.lastIndexOf(`/${mark}/`), length: mark.length })),
    ...releaseFiles.map(file => ({ root: path.endsWith(`/${file}`) ? path.length - file.length - 1 : -1, length: file.length })),
  ];
  const [best] = places.filter(({ root }) => root >= 0).sort((a, b) => b.root + b.length - (a.root + a.length) || b.length - a.length);
  return best?.root;
}
