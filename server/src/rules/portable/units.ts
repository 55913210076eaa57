/** What becomes of a unit when the image that it lies in is attached (src/portable/portable.c, extract_now). */
import { defaultPrefix } from '../../image/names.ts';
import { isAttachable, unitType } from '../../image/units.ts';
import { sectionsByKind } from '../../unit/unit-file.ts';
import type { Report, Subject } from '../rule.ts';
import { listed, quoted } from '../wording.ts';
import { isBuildName, isOwn, type PortableTree, portableTree } from './portable-tree.ts';

/** A unit file of a portable image. */
export interface TreeUnit {
  readonly subject: Subject;
  readonly name: string;
  readonly tree: PortableTree;
}

/** The unit as portabled finds it; undefined for files of no portable image, and for those that are no units. */
export function treeUnit(subject: Subject): TreeUnit | undefined {
  const { unit, inTree } = subject;
  const tree = inTree && unit.role === 'unit' && !unit.placeholders ? portableTree(inTree) : undefined;
  return tree && unit.name !== undefined && unitType(unit.name) !== undefined ? { subject, name: unit.name, tree } : undefined;
}

/** The header of the section of its own type stands for the unit, else its first line. */
function placeOf({ subject: { tree, unit } }: TreeUnit): Pick<Report, 'start' | 'end'> {
  const own = unit.kind && sectionsByKind[unit.kind][1];
  const header = (tree.sections.find(s => s.name.text === own) ?? tree.sections[0])?.header;
  return header ?? { start: 0, end: Math.max(tree.text.search(/[\r\n]|$/), 0) };
}

const says = (unit: TreeUnit, message: string): Report => ({ ...placeOf(unit), message });

/** Among the units of a distribution, only those count that begin like one of the image's own. */
const concerns = (name: string, { distribution, prefixes }: PortableTree): boolean =>
  !distribution || prefixes.some(prefix => name.startsWith(prefix));

/** A unit whose name begins with none of the image's prefixes. */
export function unmatchedPrefix(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  if (!isAttachable(name) || isOwn(name, tree) || !concerns(name, tree)) return undefined;
  const why = tree.declared ? 'PORTABLE_PREFIXES= of its os-release' : `the name of the image, ${quoted(tree.name)}`;
  const begins = `${listed(tree.prefixes)}, followed by -, @ or a dot`;
  return says(unit, `portabled leaves this unit behind: by ${why}, the names of units must begin with ${begins}.`);
}

/** A unit of a type that stays in the image. */
export function leftBehindType(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  const type = unitType(name);
  if (type === undefined || isAttachable(name) || (tree.distribution && !isOwn(name, tree))) return undefined;
  return says(unit, `portabled attaches services, sockets, targets, timers and paths: this ${type} unit stays behind in the image.`);
}

/** An empty unit file. */
export function emptyUnit(unit: TreeUnit): Report | undefined {
  const { name, tree, subject } = unit;
  if (subject.tree.text !== '' || !isAttachable(name) || !isOwn(name, tree)) return undefined;
  return says(unit, 'portabled passes over an empty unit file: this unit is not attached.');
}

/** An image without an os-release: told at its units, because there is no other file to tell it at. */
export function missingRelease(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  if (tree.release || !isAttachable(name) || !isOwn(name, tree)) return undefined;
  const prefix = isBuildName(tree.name) ? '' : defaultPrefix(tree.name);
  return {
    ...says(unit, `The image ${quoted(tree.name)} has neither /usr/lib/os-release nor /etc/os-release: portabled refuses to attach it.`),
    remedies: [
      {
        kind: 'create-file',
        title: 'Create usr/lib/os-release',
        path: `${tree.root}/usr/lib/os-release`,
        text: `ID=${prefix.toLowerCase()}\nPORTABLE_PREFIXES=${prefix}\n`,
      },
    ],
  };
}

/** A profile for a type of units that portabled does not attach. */
export function uselessProfile({ unit, tree: { text } }: Subject): Report | undefined {
  if (unit.role !== 'profile' || unit.kind === undefined || isAttachable(`x.${unit.kind}`)) return undefined;
  const message = `portabled attaches no ${unit.kind} units, so it never reads this file of the profile.`;
  return { start: 0, end: text.search(/[\r\n]|$/), message };
}
