/** The files that portabled removes when it detaches an image (src/portable/portable.c, portable_detach). */
import { basename, dirname } from 'node:path';
import type { OnHost } from '../on-host/host-image-checks.ts';
import { markingDropIn, type Places } from '../on-host/places.ts';
import { printedBy } from '../transport/run-to-end.ts';
import { type AttachedUnit, asMarked } from './image-state.ts';
import { linksThatStay } from './stale-links.ts';

/**
 * Paths of the files and links that go with these units, in order; some of them were never there, as that of a unit without a profile. Of the images
 * and extension images, what bears their name in portabled's directory of links goes, whatever it is (test/hosts/plan).
 */
export function filesThatMayGo(
  places: Pick<Places, 'links' | 'units'>,
  going: readonly AttachedUnit[],
  systemdMajor: number,
): readonly string[] {
  const files = going.flatMap(unit => {
    const marking = markingDropIn(places, unit);
    const dropIns = dirname(marking);
    return [dropIns.replace(/\.d$/, ''), `${dropIns}/10-profile.conf`, marking];
  });
  const links = going.flatMap(({ image, extensions, runtime }) =>
    [image, ...extensions].map(
      path => `${runtime ? places.links.runtime : places.links.persistent}/${asMarked(basename(path), systemdMajor)}`,
    ),
  );
  return [...new Set([...files, ...links])].sort();
}

/** From this version on, directories go, too; the one before that was asked is 252. */
const directoriesFrom = 257;

const thereScript = (directories: boolean): string =>
  `for f; do if [ -L "$f" ] || { [ -e "$f" ]${directories ? '' : ' && [ ! -d "$f" ]'}; }; then printf '%s\\0' "$f"; fi; done`;

/** Those that are there. Rejects with an Error or BusError when the host cannot be asked. */
export async function filesThatGo(
  { transport, clock, deadlines, connection }: OnHost,
  going: readonly AttachedUnit[],
): Promise<readonly string[]> {
  const systemd = connection.version.major;
  const stale = linksThatStay(connection.places, going, systemd).keys(); // which portabled leaves and we take
  const files = [...new Set([...filesThatMayGo(connection.places, going, systemd), ...stale])].sort();
  if (files.length === 0) return [];
  const limits = { clock, deadline: deadlines.call };
  const printed = await printedBy(transport, thereScript(systemd >= directoriesFrom), files, limits);
  return printed.split('\0').filter(Boolean);
}
