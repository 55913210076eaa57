/** What becomes of a unit when the image that it lies in is attached (src/portable/portable.c, extract_now). */
import { comparedName, defaultPrefix, imageName, isPrefix, isRawName } from '../../image/names.ts';
import { isAttachable, unitType } from '../../image/units.ts';
import { sectionsByKind } from '../../unit/unit-file.ts';
import type { Remedy, Report, Subject } from '../rule.ts';
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

const says = (unit: TreeUnit, message: string, remedies: readonly Remedy[] = []): Report => ({ ...placeOf(unit), message, remedies });

/** Among the units of a distribution, only those count that begin like one of the image's own. */
const concerns = (name: string, { distribution, prefixes }: PortableTree): boolean =>
  !distribution || prefixes.some(prefix => name.startsWith(prefix));

/** Whether a unit came into an image with its distribution, and is not attached: nobody starts it there, whatever it lacks. */
export function isLeftAlone({ unit, inTree }: Subject): boolean {
  const tree = inTree && portableTree(inTree);
  return tree !== undefined && unit.name !== undefined && !concerns(unit.name, tree);
}

/** A unit whose name begins with none of the image's prefixes. */
export function unmatchedPrefix(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  if (!isAttachable(name) || isOwn(name, tree) || !concerns(name, tree)) return undefined;
  const why = tree.declared ? 'PORTABLE_PREFIXES= of its os-release' : `the name of the image, ${quoted(tree.name)}`;
  const begins = `${listed(tree.prefixes)}, followed by -, @ or a dot`;
  const [prefix = ''] = tree.prefixes;
  const meant = `${prefix}-${name.startsWith(prefix) ? name.slice(prefix.length) : name}`;
  const rename = tree.distribution || !isPrefix(prefix) || tree.units.includes(meant) ? [] : [renameTo(meant)];
  return says(unit, `portabled leaves this unit behind: by ${why}, the names of units must begin with ${begins}.`, rename);
}

const renameTo = (name: string): Remedy => ({ kind: 'rename-unit', title: `Rename to ${name}`, name });
const removeFile = (name: string): Remedy => ({ kind: 'delete-file', title: `Delete ${name}` });

/** A unit of a type that stays in the image. */
export function leftBehindType(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  const type = unitType(name);
  if (type === undefined || isAttachable(name) || (tree.distribution && !isOwn(name, tree))) return undefined;
  return says(unit, `portabled attaches services, sockets, targets, timers and paths: this ${type} unit stays behind in the image.`, [
    removeFile(name),
  ]);
}

/** An empty unit file. */
export function emptyUnit(unit: TreeUnit): Report | undefined {
  const { name, tree, subject } = unit;
  if (subject.tree.text !== '' || !isAttachable(name) || !isOwn(name, tree)) return undefined;
  const text = beginningOf(unit);
  const write: Remedy[] = text === undefined ? [] : [{ kind: 'replace', title: `Write a ${unitType(name)}`, text }];
  return says(unit, 'portabled passes over an empty unit file: this unit is not attached.', [...write, removeFile(name)]);
}

/** What a unit begins as, where that can be told from what else is in the image. */
function beginningOf({ name, tree, subject: { image } }: TreeUnit): string | undefined {
  const stem = name.replace(/@?\.[a-z]+$/, '');
  const starts = tree.units.includes(`${name.slice(0, name.lastIndexOf('.'))}.service`);
  switch (unitType(name)) {
    case 'target':
      return `[Unit]\nDescription=${stem}\n`;
    case 'service': {
      const program = ['/usr/bin', '/usr/sbin', '/usr/libexec']
        .map(place => `${place}/${stem}`)
        .find(path => image?.place(path) === 'file');
      return program === undefined ? undefined : `[Service]\nExecStart=${program}\n`;
    }
    case 'socket':
      return starts ? `[Socket]\nListenStream=/run/${stem}.sock\n` : undefined;
    case 'timer':
      return starts ? '[Timer]\nOnCalendar=daily\n' : undefined;
    default:
      return undefined;
  }
}

/** An image without an os-release: told at its units, because there is no other file to tell it at. */
export function missingRelease(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  if (tree.release || !isAttachable(name) || !isOwn(name, tree)) return undefined;
  const prefix = isBuildName(tree.name) ? '' : defaultPrefix(tree.name);
  const message = `The image ${quoted(tree.name)} has neither /usr/lib/os-release nor /etc/os-release: portabled refuses to attach it.`;
  return says(unit, message, [
    {
      kind: 'create-file',
      title: 'Create usr/lib/os-release',
      path: `${tree.root}/usr/lib/os-release`,
      text: `ID=${prefix.toLowerCase()}\nPORTABLE_PREFIXES=${prefix}\n`,
    },
  ]);
}

/** A unit that the active host has already, and not from this image. */
export function unitOnHost(unit: TreeUnit): Report | undefined {
  const { name, tree, subject } = unit;
  const { host } = subject.target;
  const there = isAttachable(name) && isOwn(name, tree) ? host?.units?.get(name) : undefined;
  if (!host || !there) return undefined;
  const { image } = there;
  const from = image === undefined ? undefined : imageName(image, isRawName(image) ? 'raw' : 'directory');
  // what is attached of this image is swapped
  if (from !== undefined && (isBuildName(tree.name) || comparedName(from) === comparedName(tree.name))) return undefined;
  const whose = from === undefined ? '' : ` from the image ${quoted(from)}`;
  const what = from === undefined ? 'Give the unit another name' : `Detach ${quoted(from)} first, or give the unit another name`;
  return says(
    unit,
    `The host ${quoted(host.name)} has a unit ${quoted(name)} already${whose}: portabled refuses to attach this image there. ${what}.`,
    freeNames(unit).map(renameTo),
  );
}

/** So many numbers are tried. */
const mostNumbers = 9;

/** A name for a unit that its image attaches and nothing else that is known of has; none where that cannot be told. */
function freeNames({ name, tree, subject }: TreeUnit): readonly string[] {
  const [, stem = '', rest = ''] = /^([^@]*)(.*)$/.exec(name.includes('@') ? name : name.replace(/(\.[a-z]+)$/, '@$1')) ?? [];
  const end = name.includes('@') ? rest : rest.slice(1);
  const own = defaultPrefix(tree.name);
  const numbered = Array.from({ length: mostNumbers }, (_, n) => `${stem}-${n + 2}`);
  const stems = isBuildName(tree.name) || stem.startsWith(own) ? numbered : [`${own}-${stem}`, ...numbered];
  const { host } = subject.target;
  const free = stems
    .map(each => each + end)
    .find(
      each =>
        isOwn(each, tree) &&
        !tree.units.includes(each) &&
        !host?.units?.has(each) &&
        !tree.beside().some(other => other.units.includes(each)),
    );
  return free === undefined ? [] : [free];
}

/** A unit that another image beside this one has, too: a host takes only one of the two. */
export function unitBeside(unit: TreeUnit): Report | undefined {
  const { name, tree } = unit;
  if (!isAttachable(name) || !isOwn(name, tree)) return undefined;
  const beside = tree.beside();
  const own = beside.length > 0 ? comparedName(tree.name) : '';
  const other = beside.find(facts => {
    // versions of one image take each other's place
    const image = comparedName(facts.name) === own || isBuildName(facts.name) ? undefined : portableTree(facts);
    return image?.units.includes(name) && isOwn(name, image);
  });
  if (!other || isBuildName(tree.name)) return undefined;
  return says(
    unit,
    `The image ${quoted(other.name)} beside this one has a unit ${quoted(name)}, too: on a host where one of the two is attached, portabled refuses the other.`,
    freeNames(unit).map(renameTo),
  );
}

/** A profile for a type of units that portabled does not attach. */
export function uselessProfile({ unit, tree: { text } }: Subject): Report | undefined {
  if (unit.role !== 'profile' || unit.kind === undefined || isAttachable(`x.${unit.kind}`)) return undefined;
  const message = `portabled attaches no ${unit.kind} units, so it never reads this file of the profile.`;
  return { start: 0, end: text.search(/[\r\n]|$/), message, remedies: [removeFile(`${unit.kind}.conf`)] };
}
