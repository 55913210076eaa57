/** What an attach will do, found out beforehand: why portabled would refuse, or every file that it writes (src/portable/portable.c, portable_attach). */

import { matchesPrefix } from '../../image/units.ts';
import type { UserPlaces } from '../../protocol-host.ts';
import { parentOf } from '../../unit/path-parts.ts';
import { remembered } from '../../unit/recent.ts';
import { extensionsOf, isRelaxed, portableDropIn } from './drop-in.ts';
import { extensionMismatch, type Mismatch } from './extension-match.ts';
import { isImagePath, isStack } from './image-name.ts';
import type { PortableImage, PortableUnit } from './portable-image.ts';
import { type StartFault, startFaults } from './start-faults.ts';

/** What is known of the host; what is absent is unknown. */
export interface HostFacts {
  readonly systemd: number;
  /** As systemd names it: `x86-64`. */
  readonly architecture?: string;
  /** Where the portabled of a user puts what this attach writes; absent for that of the system. */
  readonly user?: UserPlaces;
  /** Names of units that have a file there, or are active. */
  readonly units?: ReadonlySet<string>;
  /** Where the file of a profile for a type of units lies: `/usr/lib/systemd/portable/profile/default/service.conf`; undefined for none. */
  readonly profile?: (name: string, suffix: string) => { readonly path: string; readonly text: string } | undefined;
}

/** What is to be attached, and how. Prefixes are as they go over the bus: none takes every unit. */
export interface AttachRequest {
  readonly base: PortableImage;
  readonly extensions: readonly PortableImage[];
  readonly prefixes: readonly string[];
  readonly profile: string;
  readonly copyMode: string;
  readonly runtime: boolean;
  readonly force: boolean;
  /** It takes the place of an image that is attached, whose units may be there. */
  readonly replaces?: boolean;
}

/** Why portabled refuses. */
export type Refusal =
  | { readonly reason: 'copy-mode'; readonly mode: string }
  | { readonly reason: 'no-extensions' }
  | { readonly reason: 'name'; readonly image: PortableImage }
  | { readonly reason: 'no-release'; readonly image: PortableImage; readonly role: 'base' | 'extension' }
  | { readonly reason: 'no-id'; readonly image: PortableImage }
  | { readonly reason: 'scope'; readonly image: PortableImage; readonly scope: string; readonly known: boolean }
  | { readonly reason: 'no-units'; readonly prefixes: readonly string[]; readonly ofUser: boolean }
  /** `image` is the first that declares prefixes. */
  | { readonly reason: 'prefixes'; readonly image: PortableImage; readonly wanted: readonly string[]; readonly allowed: readonly string[] }
  | { readonly reason: 'extension'; readonly image: PortableImage; readonly mismatch: Mismatch }
  | { readonly reason: 'unit-exists'; readonly unit: string }
  /** An extension that systemd takes for a stack of layers. */
  | { readonly reason: 'stack'; readonly image: PortableImage };

/** A file or link that will be there. */
export type PlannedFile =
  | { readonly path: string; readonly kind: 'file'; readonly text: string; readonly from: FileOrigin }
  | { readonly path: string; readonly kind: 'link'; readonly target: string; readonly from: FileOrigin }
  /** The image itself, copied. */
  | { readonly path: string; readonly kind: 'image'; readonly source: string; readonly from: FileOrigin };
export type FileOrigin = 'unit' | 'portabled' | 'profile' | 'image';

export type AttachPlan =
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | {
      readonly outcome: 'attached';
      readonly units: readonly PortableUnit[];
      readonly files: readonly PlannedFile[];
      /** Services that will be there and cannot start. */
      readonly failing: readonly StartFault[];
      /** What could not be told beforehand, in plain words. */
      readonly unknown: readonly string[];
    };

const extensionsFrom = 249;
const confextFrom = 255;
/** From this version on, links of units are followed inside the image. */
const linksStayFrom = 258;
/** 247 links no image that lies in any directory that is searched; the next version that was asked is 252. */
const oldUpTo = 247;
const searched = ['/etc/portables', '/run/portables', '/var/lib/portables', '/usr/local/lib/portables', '/usr/lib/portables'];
const idRequiredFrom = 249;
const prefixesCheckedFrom = 249;
const scopeCheckedFrom = 258;
const copyModes: Readonly<Record<string, number>> = { '': 0, copy: 0, symlink: 0, mixed: 256 };

/** Plans an attach. */
export function planAttach(asked: AttachRequest, host: HostFacts): AttachPlan {
  const request = { ...asked, extensions: asked.extensions.map(image => relaxed(image, asked, host)) };
  const refusal = refusalOf(request, host);
  if (refusal) return { outcome: 'refused', refusal };
  const unknown: string[] = [];
  const taken = unitsTaken(request, host.systemd);
  if (!host.units && !request.force && !request.replaces) unknown.push('whether the host has units of these names already');
  unknown.push(...unknownLinks(request, host, taken));
  const { links } = placesOf(request, host);
  const images = installed(request, links).flatMap(image => imageFile(image, request, links, host.systemd));
  // for users it copies within a user namespace of systemd-nsresourced, and goes on silently where there is none (seen on 262)
  const copied = images.filter(({ kind }) => kind === 'image' && host.user);
  unknown.push(...copied.map(({ path }) => `whether the image is copied to ${path}: for users that takes systemd-nsresourced`));
  const dropInOf = dropIns(request, host);
  const files = [
    ...taken.flatMap(one => filesOf(one, request, host, dropInOf, unknown)),
    ...images.filter(image => !copied.includes(image)),
  ];
  const units = taken.map(({ unit }) => unit);
  const failing = failingOf(request, host.systemd, taken);
  return { outcome: 'attached', units, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), failing, unknown };
}

function failingOf(request: AttachRequest, systemd: number, taken: readonly Taken[]): readonly StartFault[] {
  const { base, extensions, force } = request;
  const services = taken
    .filter(({ unit }) => unit.name.endsWith('.service'))
    .map(({ unit, from }) => ({ name: unit.name, extensions: extensionsOf({ systemd, base, extensions, from }) }));
  return startFaults(services, { systemd, base, relaxes: extension => isRelaxed(extension, { systemd, base, force }) });
}

/** From this version on, the checks of extensions that are directories are relaxed, too. */
const relaxedDirectoriesFrom = 258;

/** An extension as it is taken when its checks are relaxed. */
function relaxed(image: PortableImage, { force }: AttachRequest, { systemd }: HostFacts): PortableImage {
  if (!force || !image.stray || (image.kind === 'directory' && systemd < relaxedDirectoriesFrom)) return image;
  const { release: _, extends: __, blocked: ___, ...others } = image;
  return { ...others, ...image.stray };
}

interface Taken {
  readonly unit: PortableUnit;
  readonly from: PortableImage;
}

const isAsked = ({ name }: PortableUnit, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some(prefix => matchesPrefix(name, prefix));

/** Whether a unit is what lies on the host at the end of a link: seldom anything, and then nothing of the image. */
const isFollowedOnHost = ({ leaves }: PortableUnit, systemd: number): boolean => leaves === true && systemd < linksStayFrom;

/** Links of units that are looked up on the host, of which nothing is known. */
function unknownLinks({ base, extensions, prefixes }: AttachRequest, { systemd }: HostFacts, taken: readonly Taken[]): readonly string[] {
  const names = [base, ...extensions].flatMap(({ units }) =>
    units.filter(unit => isFollowedOnHost(unit, systemd) && isAsked(unit, prefixes)),
  );
  const left = new Set(names.map(({ name }) => name).filter(name => taken.every(({ unit }) => unit.name !== name)));
  return [...left].map(
    name => `whether ${name} is attached, too: it is a link that systemd ${systemd} follows on the host, out of the image`,
  );
}

/** The units that match, each from the first image that has it. */
function unitsTaken({ base, extensions, prefixes }: AttachRequest, systemd: number): readonly Taken[] {
  const taken = new Map<string, Taken>();
  for (const from of [base, ...extensions]) {
    for (const unit of from.units) {
      if (isAsked(unit, prefixes) && !isFollowedOnHost(unit, systemd) && !taken.has(unit.name)) taken.set(unit.name, { unit, from });
    }
  }
  return [...taken.values()].sort((a, b) => (a.unit.name < b.unit.name ? -1 : 1));
}

function refusalOf(request: AttachRequest, host: HostFacts): Refusal | undefined {
  const { base, extensions, prefixes, copyMode, force, replaces } = request;
  const { systemd } = host;
  if (extensions.length > 0 && systemd < extensionsFrom) return { reason: 'no-extensions' };
  if (systemd < (copyModes[copyMode] ?? Number.POSITIVE_INFINITY)) return { reason: 'copy-mode', mode: copyMode };
  const unnamed = [base, ...extensions].find(image => !isImagePath(image, systemd));
  if (unnamed) return { reason: 'name', image: unnamed };
  const passes = systemd <= oldUpTo && base.kind === 'directory';
  if (!base.release || (base.blocked && !passes)) return { reason: 'no-release', image: base, role: 'base' };
  if (systemd >= idRequiredFrom && !base.release.ID) return { reason: 'no-id', image: base };
  const scope = scopeRefusal(base, host);
  if (scope) return scope;
  for (const image of extensions) {
    if (!image.release || (image.extends === 'confext' && systemd < confextFrom)) return { reason: 'no-release', image, role: 'extension' };
    const mismatch = extensionMismatch(image.release, base.release, host);
    if (mismatch) return { reason: 'extension', image, mismatch };
  }
  const allowed = systemd >= prefixesCheckedFrom ? allowedPrefixes([base, ...extensions]) : [];
  const declaring = [base, ...extensions].find(image => declaredPrefixes(image).length > 0);
  if (declaring && allowed.length > 0 && prefixes.some(prefix => !allowed.includes(prefix)))
    return { reason: 'prefixes', image: declaring, wanted: prefixes, allowed };
  const taken = unitsTaken(request, systemd);
  if (taken.length === 0) return { reason: 'no-units', prefixes, ofUser: host.user !== undefined };
  const existing = replaces || (force && systemd >= extensionsFrom) ? undefined : taken.find(({ unit }) => host.units?.has(unit.name));
  if (existing) return { reason: 'unit-exists', unit: existing.unit.name };
  // it fails where it writes the drop-in of a service; units of other types do not come to that (seen on 262)
  const stack = taken.some(({ unit }) => unit.name.endsWith('.service')) ? extensions.find(image => isStack(image, systemd)) : undefined;
  return stack && { reason: 'stack', image: stack };
}

function scopeRefusal(image: PortableImage, { systemd, user }: HostFacts): Refusal | undefined {
  const scope = user ? 'user' : 'system';
  const wanted = image.release?.PORTABLE_SCOPE || 'system';
  if (systemd < scopeCheckedFrom) return undefined;
  const known = ['system', 'user', 'any'].includes(wanted);
  return known && (wanted === 'any' || wanted === scope) ? undefined : { reason: 'scope', image, scope: wanted, known };
}

const declaredPrefixes = ({ release }: PortableImage): readonly string[] =>
  (release?.PORTABLE_PREFIXES ?? '').split(/\s+/).filter(word => word !== '');

/** The prefixes that images declare for themselves, each once, in order. */
export const allowedPrefixes = (images: readonly PortableImage[]): readonly string[] =>
  [...new Set(images.flatMap(declaredPrefixes))].sort();

/** The text of a unit's drop-in: one for all services of an image, and one for its other units. */
function dropIns({ base, extensions, force }: AttachRequest, { systemd }: HostFacts): (taken: Taken) => string {
  const textOf = (unit: string) =>
    remembered((from: PortableImage) => portableDropIn(unit, { systemd, base, extensions, from, force }), 1 + extensions.length);
  const [ofService, ofOthers] = [textOf('any.service'), textOf('any.target')];
  return ({ unit, from }) => (unit.name.endsWith('.service') ? ofService : ofOthers)(from);
}

function filesOf(
  { unit, from }: Taken,
  request: AttachRequest,
  host: HostFacts,
  dropInOf: (taken: Taken) => string,
  unknown: string[],
): readonly PlannedFile[] {
  const { copyMode, profile } = request;
  const path = `${placesOf(request, host).units}/${unit.name}`;
  const linked = copyMode === 'symlink' && from.kind === 'directory';
  const own: PlannedFile = linked
    ? { path, kind: 'link', target: from.path + unit.path, from: 'unit' }
    : { path, kind: 'file', text: unit.text, from: 'unit' };
  const files: PlannedFile[] = [
    own,
    { path: `${path}.d/20-portable.conf`, kind: 'file', text: dropInOf({ unit, from }), from: 'portabled' },
  ];
  if (profile === '') return files;
  if (!host.profile) {
    unknown.push(`what the profile ${profile} is on the host`);
    return files;
  }
  const found = host.profile(profile, unit.name.slice(unit.name.lastIndexOf('.') + 1));
  if (!found) return files;
  const place = `${path}.d/10-profile.conf`;
  files.push(
    copyMode === 'copy'
      ? { path: place, kind: 'file', text: found.text, from: 'profile' }
      : { path: place, kind: 'link', target: found.path, from: 'profile' },
  );
  return files;
}

function placesOf({ runtime }: AttachRequest, { user }: HostFacts): UserPlaces {
  const top = runtime ? '/run' : '/etc';
  return user ?? { links: `${top}/portables`, units: `${top}/systemd/system.attached` };
}

/**
 * The images that portabled means to put where it searches: the extensions, and then the base. One that lies there already ends that without a
 * word (seen on 252, 257 and 262).
 */
function installed(request: AttachRequest, place: string): readonly PortableImage[] {
  const images = [...request.extensions, request.base];
  const end = images.findIndex(({ path }) => parentOf(path) === place);
  return end < 0 ? images : images.slice(0, end);
}

/** An image that lies in no directory that is searched is linked into one, or copied there. */
function imageFile({ path }: PortableImage, { copyMode }: AttachRequest, place: string, systemd: number): readonly PlannedFile[] {
  const directory = parentOf(path);
  const name = path.slice(directory.length + 1);
  if (directory === place || (systemd <= oldUpTo && searched.includes(directory))) return [];
  if (copyMode === 'mixed') return [{ path: `${place}/${name}`, kind: 'image', source: path, from: 'image' }];
  return [{ path: `${place}/${name}`, kind: 'link', target: path, from: 'image' }];
}
