/** How exposed the services of an image are on a host that has drop-ins of its own for them. */
import { effectiveUnit } from '../../portable/effective.ts';
import { exposureLevel } from '../../portable/exposure/exposure.ts';
import type { ReportExposure } from '../../protocol.ts';
import type { HostDropIn } from '../../protocol-host.ts';
import { wholeUnit } from '../../rules/whole-unit.ts';
import { parseUnit } from '../../unit/parse.ts';
import { baseOf, parentOf } from '../../unit/path-parts.ts';
import { dropInFolders, type UnitSource } from '../../unit/unit-set.ts';
import { type Additions, mayCount } from './exposures.ts';

/** What portabled puts beside a unit: a drop-in of the host under such a name may take its place. */
const attached: ReadonlySet<string> = new Set(['10-profile.conf', '20-portable.conf']);

/**
 * A function that gives the exposures of a service, in the order of the profiles, where a drop-in of the host may change them; undefined for all other
 * services, which exposures.ts knows without a host.
 */
export function exposuresOnHost(
  { profiles, dropIn, target, asked, architecture }: Additions,
  hostDropIns: readonly HostDropIn[],
): (service: UnitSource, name: string) => readonly (ReportExposure | null)[] | undefined {
  const files = profiles.map(text => text !== undefined && { text, tree: parseUnit(text) });
  const byFolder = new Map<string, HostDropIn[]>();
  for (const file of hostDropIns) {
    const folder = baseOf(parentOf(file.path)).replace(/\.d$/, '');
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  const changes = ({ path, text = '' }: HostDropIn): boolean =>
    attached.has(baseOf(path)) ||
    parseUnit(text).sections.some(({ name, assignments }) => assignments.some(({ key }) => mayCount(name.text, key.text)));
  const changing = new Set(hostDropIns.filter(changes));
  return (service, name) => {
    const own = [...dropInFolders(name), 'service'].flatMap(folder => byFolder.get(folder) ?? []);
    if (!own.some(file => changing.has(file))) return undefined;
    const unit = { text: service.tree().text, tree: service.tree() };
    return files.map(profile => {
      const effective = effectiveUnit({ name, unit, dropIn, runtime: true, hostDropIns: own, ...(profile && { profile }) });
      const whole = effective && wholeUnit(effective.loaded, target);
      return whole ? exposureLevel(whole, architecture, asked) : null;
    });
  };
}
