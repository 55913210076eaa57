/**
 * For scripts on a host: `lock SECONDS` waits that long for the lock of the file that is open as 9; it fails where somebody else has it all the time,
 * and where locks cannot be had. The flock of busybox and toybox knows no waiting with an end, and calls that a mistake of the same kind as a lock that
 * is taken; so it is asked for something that always succeeds.
 */
export const takeLock = `lock() {
  ! flock -n 9 || return 0
  if flock -u -w 1 9 2>/dev/null; then flock -w "$1" 9; return; fi
  l=0
  while [ $l -lt "$1" ]; do sleep 1; ! flock -n 9 || return 0; l=$((l+1)); done
  return 1
}`;
