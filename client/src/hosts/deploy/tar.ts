/** How an image tree is packed on this machine. */

/**
 * Arguments for the system's tar to write the tree at `path` to its output. Without root, what it reads belongs to the author, so everything
 * is given to root; as root, owners are kept by number. Modes and links are kept, xattrs and holes by GNU tar (security labels are the host's to give,
 * and an overlay's marks are not part of the tree).
 */
export function packArguments(path: string, tarVersion: string, isRoot: boolean): readonly string[] {
  if (tarVersion.includes('GNU tar')) {
    const owners = isRoot ? ['--numeric-owner'] : ['--owner=0', '--group=0', '--numeric-owner'];
    const xattrs = ['--xattrs', '--xattrs-include=*', '--xattrs-exclude=security.selinux', '--xattrs-exclude=trusted.overlay.*'];
    return ['-C', path, '--one-file-system', '--format=posix', '--sparse', ...xattrs, ...owners, '-cf', '-', '.'];
  }
  // libarchive's tar, of macOS and Windows
  const owners = isRoot ? ['--numeric-owner'] : ['--uid', '0', '--gid', '0', '--numeric-owner'];
  return ['-C', path, '--one-file-system', '--format=pax', ...owners, '-cf', '-', '.'];
}
