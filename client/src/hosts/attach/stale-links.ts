/** Links to images that portabled makes and does not find again, since it looks for them by an escaped name. */
import { basename } from 'node:path/posix';
import type { OnHost } from '../on-host/host-image-checks.ts';
import type { Places } from '../on-host/places.ts';
import { printedBy } from '../transport/run-to-end.ts';
import { type AttachedUnit, asMarked } from './image-state.ts';

/** Paths of links that stay when these units go, before the image of each: `x_a:b` stays in /run/portables (seen on 252, 257 and 262). */
export function linksThatStay(
  { links }: Pick<Places, 'links'>,
  going: readonly AttachedUnit[],
  systemdMajor: number,
): ReadonlyMap<string, string> {
  const odd = going.filter(({ image }) => asMarked(basename(image), systemdMajor) !== basename(image));
  return new Map(odd.map(({ image, runtime }) => [`${runtime ? links.runtime : links.persistent}/${basename(image)}`, image]));
}

/** Takes pairs of a link and where it goes; prints those that stay, each with NUL: also where this user may not look, since portabled has made them. */
const removeScript = `while [ $# -gt 1 ]; do
  d=\${1%/*}
  if [ -d "$d" ] && [ ! -x "$d" ]; then printf '%s\\0' "$1"
  elif [ -L "$1" ] && [ "$(readlink -- "$1")" = "$2" ]; then rm -f -- "$1" 2>/dev/null || printf '%s\\0' "$1"; fi
  shift 2
done`;

/** Removes them, once the units are gone. Returns those that could not be. Rejects with an Error or BusError when the host cannot be asked. */
export async function removeStaleLinks(
  { connection, transport, clock, deadlines }: Pick<OnHost, 'connection' | 'transport' | 'clock' | 'deadlines'>,
  gone: readonly AttachedUnit[],
): Promise<readonly string[]> {
  const stale = linksThatStay(connection.places, gone, connection.version.major);
  if (stale.size === 0) return [];
  const limits = { clock, deadline: deadlines.program };
  const printed = await printedBy(transport, removeScript, [...stale].flat(), limits);
  return printed.split('\0').filter(Boolean);
}
