/** For scripts on a host: `remove` takes trees away, also from a user whose directories in them are read-only, which only root passes by. */
export const removeTrees = `remove() {
  rm -rf -- "$@" 2>/dev/null && return
  for r in "$@"; do [ -L "$r" ] || [ ! -d "$r" ] || find "$r" -type d ! -perm -0700 -exec chmod u+rwx {} + 2>/dev/null; done
  rm -rf -- "$@"
}`;
