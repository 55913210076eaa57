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

/** The root of the image tree that a path (with `/` between its parts) goes into by a unit directory or a release file, the innermost; undefined for any other. */
export function markedRootOf(path: string): string | undefined {
  const places = [
    ...marks.map(mark => ({ root: path.lastIndexOf(`/${mark}/`), length: mark.length })),
    ...releaseFiles.map(file => ({ root: path.endsWith(`/${file}`) ? path.length - file.length - 1 : -1, length: file.length })),
  ];
  // of those that end alike the longest
  const [best] = places.filter(({ root }) => root >= 0).sort((a, b) => b.root + b.length - (a.root + a.length) || b.length - a.length);
  return best && (path.slice(0, best.root) || '/');
}
