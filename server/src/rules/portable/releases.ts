/** What portabled makes of an image's release file: whether it attaches the image, and which units (src/portable/portable.c, extension-util.c). */
import { nearest } from '../../catalogue/nearest.ts';
import { defaultPrefix, isPrefix } from '../../image/names.ts';
import { isAttachable, matchesPrefix } from '../../image/units.ts';
import { extensionMismatch, hasField } from '../../portable/plan/extension-match.ts';
import { hasControls, isImageName, isStack } from '../../portable/plan/image-name.ts';
import { isShipped, shippedProfile, shippedProfiles } from '../../portable/profiles.ts';
import { plainProfileName } from '../../protocol-profiles.ts';
import type { Remedy, Report } from '../rule.ts';
import { listed, quoted, systemdOf } from '../wording.ts';
import { isBuildName, type PortableTree, takenUnits, wordsOf } from './portable-tree.ts';
import { firstLine, type ReleaseFile } from './release-file.ts';

/** portabled's scopes, and the version from which it asks for them. */
const scopes = ['system', 'user', 'any'];
const scopesFrom = 258;

/** A field's value, or the whole line where it is empty. */
const placeOf = ({ field }: ReleaseFile, key: string): Pick<Report, 'start' | 'end'> | undefined => {
  const found = field(key);
  return found && (found.value === '' ? { start: found.start, end: found.end } : found.valueSpan);
};

/** No ID=, without which nothing is attached. */
export function noId(file: ReleaseFile): Report | undefined {
  const { kind, values, tree, facts } = file;
  if (values.ID || (kind === 'os-release' && !tree)) return undefined;
  const place = placeOf(file, 'ID');
  const name = defaultPrefix(facts?.name ?? '').toLowerCase();
  const id = kind === 'extension-release' ? '_any' : /^[a-z0-9._-]+$/.test(name) && !isBuildName(name) ? name : 'linux';
  const remedy: Remedy = place
    ? { kind: 'replace', title: `Write ID=${id}`, text: `ID=${id}` }
    : { kind: 'insert', title: `Add ID=${id}`, text: `ID=${id}` };
  const message =
    kind === 'os-release'
      ? 'The image has no ID=: portabled refuses to attach it.'
      : 'The extension has no ID=: it fits no image, and portabled refuses to attach it. ID=_any fits all.';
  return { ...(place ?? firstLine(file)), message, remedies: [remedy] };
}

/** PORTABLE_PREFIXES= that no unit of the image begins with. */
export function prefixesFitNoUnit(file: ReleaseFile): Report | undefined {
  const { tree, kind } = file;
  const place = placeOf(file, 'PORTABLE_PREFIXES');
  if (kind !== 'os-release' || !tree?.declared || !place || isBuildName(tree.name) || takenUnits(tree).length > 0) return undefined;
  const own = [...new Set(tree.units.filter(unit => isAttachable(unit)).map(unit => unit.replace(/[@.].*$/, '')))].filter(isPrefix);
  const remedies = own.slice(0, 3).map((text): Remedy => ({ kind: 'replace', title: `Replace with ${text}`, text }));
  const message = `No unit of the image begins with ${listed(tree.prefixes)}, followed by -, @ or a dot: portabled finds nothing to attach, unless an extension image brings such units.`;
  return { ...place, message, remedies: tree.distribution ? [] : remedies };
}

/** A word of PORTABLE_PREFIXES= that nobody can ask for. */
export function badPrefix(file: ReleaseFile): readonly Report[] {
  const { tree, values, text } = file;
  const field = file.field('PORTABLE_PREFIXES');
  if (!tree?.declared || !field) return [];
  const raw = text.slice(field.valueSpan.start, field.valueSpan.end);
  return wordsOf(values.PORTABLE_PREFIXES).flatMap((word): readonly Report[] => {
    if (isPrefix(word)) return [];
    const at = raw.indexOf(word);
    const place = at < 0 ? field.valueSpan : { start: field.valueSpan.start + at, end: field.valueSpan.start + at + word.length };
    const parts = word.split(/[,;:]+/).filter(part => part !== '');
    const apart = at >= 0 && parts.every(isPrefix) ? parts.join(' ') : undefined;
    const quotes = apart?.includes(' ') && !/^["']/.test(raw) ? '"' : '';
    const remedies: Remedy[] =
      apart === undefined || quotes !== '' ? [] : [{ kind: 'replace', title: `Replace with ${apart}`, text: apart }];
    if (apart !== undefined && quotes !== '' && raw === word)
      remedies.push({ kind: 'replace', title: `Replace with "${apart}"`, text: `"${apart}"` });
    const message = `${quoted(word)} is no prefix: portablectl only asks for prefixes of letters, digits, - and dots, so no unit is attached by this one.${parts.length > 1 ? ' Prefixes have blanks between them.' : ''}`;
    return [{ ...place, message, remedies }];
  });
}

/** A profile that is nowhere: told at the image, which would be attached without one. */
export function unknownProfile(file: ReleaseFile): Report | undefined {
  const { kind, tree, target } = file;
  const { profile, host, systemd } = target;
  if (kind !== 'os-release' || !tree || !profile || profile.text !== undefined || isShipped(profile.name)) return undefined;
  const meant = nearest(profile.name, shippedProfiles);
  // a host that nobody asked may have it
  if (!host && meant === undefined) return undefined;
  const where = host
    ? `The host ${quoted(host.name)} has no profile ${quoted(profile.name)}`
    : `No systemd brings a profile ${quoted(profile.name)}`;
  const message = `${where}: portabled of systemd ${systemd} takes the name without a word, and attaches the image without a sandbox.${meant === undefined ? '' : ` Did you mean ${quoted(meant)}?`} The setting portableServices.profile names it.`;
  const remedies: Remedy[] =
    meant === undefined ? [] : [{ kind: 'choose-profile', title: `Use the profile ${meant} in this workspace`, name: meant }];
  const { name } = profile;
  const text = shippedProfile('default', systemd);
  if (plainProfileName.test(name))
    remedies.push({ kind: 'create-profile', title: `Create the profile ${name} in this workspace, from default`, name, text });
  return { ...firstLine(file), message, remedies };
}

/** PORTABLE_PREFIXES= without the prefix that portablectl asks for by itself. */
export function prefixesMissName(file: ReleaseFile): Report | undefined {
  const { tree, kind } = file;
  const place = placeOf(file, 'PORTABLE_PREFIXES');
  if (kind !== 'os-release' || !tree?.declared || !place || isBuildName(tree.name)) return undefined;
  const asked = defaultPrefix(tree.name);
  if (tree.prefixes.includes(asked) || !isPrefix(asked)) return undefined;
  // where none fits there is more to say
  if (takenUnits(tree).length === 0) return undefined;
  const fits = tree.units.some(unit => isAttachable(unit) && matchesPrefix(unit, asked));
  const message = `By the image's name, ${quoted(tree.name)}, portablectl asks for the prefix ${quoted(asked)}, which is not listed here: portabled refuses the attach unless another prefix is asked for.`;
  const text = `"${[...tree.prefixes, asked].join(' ')}"`;
  return { ...place, message, remedies: fits ? [{ kind: 'replace', title: `Add ${asked}`, text }] : [] };
}

/** PORTABLE_SCOPE= that is none. */
export function badScope(file: ReleaseFile): Report | undefined {
  const { values, kind, target } = file;
  const scope = values.PORTABLE_SCOPE;
  const place = placeOf(file, 'PORTABLE_SCOPE');
  if (kind !== 'os-release' || !scope || !place || scopes.includes(scope) || target.systemd < scopesFrom) return undefined;
  return {
    ...place,
    message: `${quoted(scope)} is no scope: ${systemdOf(target)} refuses to attach the image. There are ${listed(scopes)}.`,
    remedies: scopes.map(text => ({ kind: 'replace', title: `Replace with ${text}`, text })),
  };
}

/** What is wrong with the name of an image, the first that fits; seen on 252 and 262. */
const badNames: readonly (readonly [holds: (name: string, systemd: number) => boolean, why: string])[] = [
  [hasControls, 'has a control character: portabled refuses to attach it'],
  [name => !isImageName(name), 'begins with .#, as files do that are still being written: portabled refuses to attach it'],
  [
    name => name.includes('%'),
    'has a %: systemd takes that in RootDirectory= and RootImage= for a specifier, so services are not started, or in another image than this one',
  ],
  [
    name => name.endsWith(' '),
    'ends with a blank: systemd leaves that out of RootDirectory= and RootImage=, so services are not started, or in another image than this one',
  ],
  [
    // portabled escapes these in the mark by which it knows its drop-ins again, and compares it with the name as it is
    name => /[\\:\u0080-\uffff]/.test(name),
    'has a colon, a backslash or a letter outside of ASCII: it can be attached, and portabled does not find it again to detach it',
  ],
  [
    name => /^[_+]/.test(name),
    'begins with _ or +: portabled of systemd 262 attaches it, sees no name in it afterwards, and refuses to detach it',
  ],
  [name => /['"]/.test(name), 'has a quote: portabled of systemd 262 attaches it and refuses to detach it'],
  [
    (name, systemd) => isStack({ kind: 'directory', path: name }, systemd),
    'ends with .mstack: systemd takes the directory for a stack of layers (RootMStack=), so services are not started',
  ],
];

/** The name of an image that portabled, portablectl or systemd cannot take. */
export function badImageName(file: ReleaseFile): Report | undefined {
  const { tree, kind, target } = file;
  if (kind !== 'os-release' || !tree || isBuildName(tree.name)) return undefined;
  const { name } = tree;
  const bad = badNames.find(([holds]) => holds(name, target.systemd));
  const better = betterName(tree);
  const remedies: Remedy[] =
    better === undefined ? [] : [{ kind: 'rename-image', title: `Rename the image to ${better}`, root: tree.root, name: better }];
  if (bad) return { ...firstLine(file), message: `The image's name, ${quoted(name)}, ${bad[1]}. Rename the image.`, remedies };
  const prefix = defaultPrefix(name);
  if (isPrefix(prefix)) return undefined;
  return {
    ...firstLine(file),
    message: `The image's name, ${quoted(name)}, gives no prefix for its units, which has only letters, digits, - and dots: portablectl attaches the image only if a prefix is given to it.`,
    remedies,
  };
}

/** What an image could be called: as it is, without what is bad, and with a prefix that its units have. */
function betterName(tree: PortableTree): string | undefined {
  const clean = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^A-Za-z0-9.+~-]+/g, '-')
      .replace(/^-+|-+$/g, '');
  const own = defaultPrefix(tree.name);
  const taken = takenUnits(tree);
  const fits = (prefix: string) =>
    isPrefix(prefix) && taken.some(unit => matchesPrefix(unit, prefix)) && (!tree.declared || tree.prefixes.includes(prefix));
  const prefix = [own, clean(own), ...tree.prefixes].find(fits);
  if (prefix === undefined) return undefined;
  const version = clean(tree.name.slice(own.length + 1));
  const name = version === '' ? prefix : `${prefix}_${version}`;
  return name === tree.name || isBuildName(name) || tree.beside().some(other => other.name === name) ? undefined : name;
}

/** An extension whose release file bears another name than the image. */
export function extensionName({ kind, extension, facts, text }: ReleaseFile): Report | undefined {
  if (kind !== 'extension-release' || extension === undefined || !facts || facts.root === '/') return undefined;
  const { name } = facts;
  // an image may bring the release files of its own extensions, and the directory of a build has another name than the image
  if (name === extension || isBuildName(name) || facts.release !== undefined) return undefined;
  return {
    start: 0,
    end: text.search(/[\r\n]|$/),
    message: `The image is called ${quoted(name)}, so portabled looks for extension-release.${quoted(name)} and not for this file: attached under this name, the extension is refused.`,
    remedies: [{ kind: 'rename-file', title: `Rename to extension-release.${name}`, name: `extension-release.${name}` }],
  };
}

/** An extension that fits none of the images beside it; told against the one that it is for by its ID=, or the only one. */
export function extensionMismatches(file: ReleaseFile): Report | undefined {
  const { kind, values, facts, target } = file;
  if (kind !== 'extension-release' || !facts || facts.release || !values.ID) return undefined;
  const bases = facts.beside().filter(({ release }) => release.ID);
  const misfits = bases.map(base => ({ base, mismatch: extensionMismatch(values, base.release, target) }));
  if (misfits.some(({ mismatch }) => mismatch === undefined)) return undefined;
  const meant = misfits.find(({ base }) => base.release.ID === values.ID) ?? (misfits.length === 1 ? misfits[0] : undefined);
  const { mismatch } = meant ?? {};
  if (!meant || !mismatch) return undefined;
  const { field, found, expected } = mismatch;
  const name = quoted(meant.base.name);
  const has = `has ${hasField({ ...mismatch, found: found && quoted(found) })}`;
  const wants =
    field === 'SYSEXT_SCOPE' ? `which does not hold ${expected}` : `and the image ${name} beside it ${field}=${quoted(expected)}`;
  const [first = ''] = wordsOf(expected);
  const at = placeOf(file, field);
  const remedy: Remedy = at
    ? { kind: 'replace', title: `Write ${field}=${first}`, text: file.field(field)?.value === '' ? `${field}=${first}` : first }
    : { kind: 'insert', title: `Add ${field}=${first}`, text: `${field}=${first}` };
  return {
    ...(at ?? firstLine(file)),
    message: `The extension ${has}, ${wants}: ${systemdOf(target)} refuses to attach it to ${name}.`,
    remedies: [remedy],
  };
}
