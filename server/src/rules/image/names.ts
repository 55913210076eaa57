/** Units of an image that stand in each other's way, or name what is not attached with them. */
import { isAttachable, matchesPrefix } from '../../image/units.ts';
import { named } from '../dependencies.ts';
import type { Subject } from '../rule.ts';
import type { WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';

/** Other names that hide another unit of the image, and units that systemctl is to enable, too, and that do not come along. */
export function brokenInstall(whole: WholeUnit, { among, image }: Subject): readonly WholeReport[] {
  const { name } = whole;
  if (!image || !among || name === undefined) return [];
  const there = (other: string) => among.set.find(other, among.path)?.name === other;
  const reports: WholeReport[] = [];
  for (const { at, part, name: alias } of named(whole, ['Alias'], 'Install')) {
    if (alias === name || !there(alias)) continue;
    reports.push({
      at,
      part,
      message: `The image has a unit ${quoted(alias)} of its own, which a link of that name hides once this one is enabled.`,
    });
  }
  const prefixes = image.traits()?.prefixes ?? [];
  const attached = (other: string) => isAttachable(other) && prefixes.some(prefix => matchesPrefix(other, prefix));
  for (const { at, part, name: other } of attached(name) ? named(whole, ['Also'], 'Install') : []) {
    if (!there(other) || attached(other)) continue;
    const why = isAttachable(other) ? `it does not begin with ${quoted(prefixes.join(' or '))}` : 'portabled attaches no units of its type';
    reports.push({
      at,
      part,
      message: `${quoted(other)} is in the image and is not attached with this unit, as ${why}: systemctl enable cannot enable it.`,
    });
  }
  return reports;
}

/** A unit of which systemd takes another file of the same image. */
export function sameUnitTwice(whole: WholeUnit, { among, image }: Subject): WholeReport | undefined {
  if (!image || !among || whole.name === undefined || !among.set.isTree(among.path)) return undefined;
  const taken = among.set.find(whole.name, among.path)?.sources[0].path;
  const own = among.set.unitsWith(among.path)[0]?.sources[0].path;
  if (taken === undefined || own === undefined || taken === own) return undefined;
  const shared = own.split('/').findIndex((part, n) => part !== taken.split('/')[n]);
  const inside = `/${taken.split('/').slice(shared).join('/')}`;
  return {
    at: 'unit',
    section: 'Unit',
    message: `This file is never read: the image has another ${quoted(whole.name)}, in ${quoted(inside)}, which comes first.`,
  };
}
