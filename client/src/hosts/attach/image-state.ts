/** Which attachment on a host belongs to which local image: portabled itself only compares names, we compare whole paths. */

import type { ListedUnit, Systemd } from '../bus/systemd.ts';
import type { ImageState, UnitState } from '../contract.ts';
import { printedBy, type RunLimits } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';

/** A unit file that portabled wrote. */
export interface AttachedUnit {
  readonly name: string;
  /** Whether it is gone after a reboot. */
  readonly runtime: boolean;
  /** Path of the image on the host, from the marker in its drop-in. */
  readonly image: string;
  /** Paths of the extension images laid over it, from the marker, too. */
  readonly extensions: readonly string[];
  readonly profile?: string;
}

/** Every drop-in of portabled below system.attached: its path, its first line, and where the link to the profile beside it goes; each ends with NUL. */
const listScript = (places: string): string => `for f in ${places}; do
  [ -f "$f" ] || continue
  line= # of one that goes in this moment, none
  IFS= read -r line <"$f" || :
  printf '%s\\0%s\\0%s\\0' "$f" "$line" "$(readlink "\${f%/*}/10-profile.conf" 2>/dev/null)"
done`;

/** The drop-ins of the system's portabled, and of a user's own (systemd 260). */
const dropIns = {
  system: '/etc/systemd/system.attached/*.d/20-portable.conf /run/systemd/system.attached/*.d/20-portable.conf',
  user: `"\${XDG_CONFIG_HOME:-$HOME/.config}"/systemd/user.attached/*.d/20-portable.conf \
    "\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"/systemd/user.attached/*.d/20-portable.conf`,
} as const;

/** From this version on, paths stand escaped in the marker, and portabled looks for images and links by what stands there; the one before that was asked is 247. */
const escapedFrom = 249;

/** All units that portabled has attached on a host, or a user's own one (`own`). Rejects with an Error or BusError when the host cannot be asked. */
export async function readAttached(
  transport: Transport,
  systemdMajor: number | undefined,
  limits: RunLimits & { readonly own?: boolean },
): Promise<readonly AttachedUnit[]> {
  return parseAttached(await printedBy(transport, listScript(dropIns[limits.own ? 'user' : 'system']), [], limits), systemdMajor);
}

/** Reads what the script printed, of a systemd that is new where it is not known. Drop-ins without portabled's marker are somebody else's. */
export function parseAttached(printed: string, systemdMajor = escapedFrom): readonly AttachedUnit[] {
  const fields = printed.split('\0');
  const units: AttachedUnit[] = [];
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const file = /^(\/run(?=\/))?.*\/systemd\/(?:system|user)\.attached\/([^/]+)\.d\/20-portable\.conf$/.exec(fields[i] ?? '');
    const marker = /^# Drop-in created for image '(.*)', do not edit\.$/.exec(fields[i + 1] ?? '');
    const profile = /\/portable\/profile\/([^/]+)\/[^/]+$/.exec(fields[i + 2] ?? '')?.[1];
    const [, place, name] = file ?? [];
    const [image, ...extensions] = marker?.[1]?.split(':').map(path => (systemdMajor < escapedFrom ? path : unescaped(path))) ?? [];
    if (name && image) units.push({ name, image, extensions, runtime: place !== undefined, ...(profile !== undefined && { profile }) });
  }
  return units;
}

/** A path as it is, from portabled's marker, where a colon, a backslash and what is not printable ASCII stand as `\\xNN` a byte. */
const unescaped = (path: string): string =>
  path.replace(/(?:\\x[0-9a-f]{2})+/g, bytes => Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString());

/** A path as portabled reads it from its own marker: detaching `x_a:b` looks for a link `x_a\\x3ab` (seen on 252, 257 and 262). */
export function asMarked(path: string, systemdMajor: number): string {
  if (systemdMajor < escapedFrom) return path;
  const hex = (bytes: string) => Buffer.from(bytes).toString('hex').replace(/../g, '\\x$&');
  return path.replace(/(?:[^ -~]|[:\\])+/gu, hex);
}

/** The part of an image's file name that portabled compares: up to the first `_` or `+`, without `.raw`. */
export function comparedName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.raw$/, '');
  return file.split(/[_+]/, 1)[0] ?? file;
}

/** From this version on, names must be equal up to the first `_` or `+`, of all images; the one before that was asked is 252. */
const comparedWholeFrom = 257;

/**
 * Whether portabled, asked about the image at a path, takes an attached one for it. Seen on 252, where the attached one only has to begin with the name
 * up to its first `_` (detaching hello_1 takes hello-world_1 with it), and on 257 and 262 (test/hosts/plan).
 */
function isTakenFor(path: string, attached: string, systemdMajor: number): boolean {
  const marked = asMarked(attached, systemdMajor);
  if (systemdMajor >= comparedWholeFrom) return comparedName(marked) === comparedName(path);
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/_.*$|\.raw$/, '');
  return marked.slice(marked.lastIndexOf('/') + 1).startsWith(name);
}

/** What portabled is asked to detach, or to put another in the place of; extension images that are not known yet may be any. */
export interface DetachRequest extends Pick<AttachedUnit, 'image' | 'runtime'> {
  readonly extensions?: readonly string[];
}

/** The requests that detach these units: one for each image, its extension images, and whether it is gone after a reboot. */
export function detachRequests(units: readonly AttachedUnit[]): readonly DetachRequest[] {
  const requests = units.map(
    ({ image, runtime, extensions }) => [`${runtime}:${[image, ...extensions].join(':')}`, { image, runtime, extensions }] as const,
  );
  return [...new Map(requests).values()];
}

/**
 * Whether portabled takes this unit away for a request. 252 compares the images that are asked for with as many of those that the unit was made of, in
 * order; 257 and 262 all of these, going through what is asked for anew where the unit has more (all seen).
 */
export function goesWith(request: DetachRequest, unit: AttachedUnit, systemdMajor: number): boolean {
  if (request.runtime !== unit.runtime) return false;
  if (!request.extensions) return isTakenFor(request.image, unit.image, systemdMajor);
  const asked = [request.image, ...request.extensions];
  const marked = [unit.image, ...unit.extensions];
  const compared = systemdMajor < comparedWholeFrom ? marked.slice(0, asked.length) : marked;
  return compared.length % asked.length === 0 && compared.every((path, n) => isTakenFor(asked[n % asked.length] ?? '', path, systemdMajor));
}

/** Paths of other attached images whose units portabled would remove for these requests. */
export function alsoDetached(
  requests: readonly DetachRequest[],
  attached: readonly AttachedUnit[],
  systemdMajor: number,
): readonly string[] {
  const going = attached.filter(unit => requests.some(request => goesWith(request, unit, systemdMajor)));
  const others = going.map(unit => unit.image).filter(other => !requests.some(({ image }) => image === other));
  return [...new Set(others)].sort();
}

/** Templates cannot be started or asked for their state, only their instances. */
export function isTemplate(unit: string): boolean {
  return unit.includes('@.');
}

/** The loaded units of an attachment: its units, and the instances of its templates. */
export async function loadedUnits(systemd: Systemd, units: readonly AttachedUnit[], signal?: AbortSignal): Promise<readonly ListedUnit[]> {
  const names = units.map(unit => unit.name);
  const patterns = names
    .filter(isTemplate)
    .map(name => `${name.slice(0, name.indexOf('@') + 1).replace(/[[\]*?\\]/g, '\\$&')}*${name.slice(name.lastIndexOf('.'))}`);
  const plain = names.filter(name => !isTemplate(name));
  const [own, instances] = await Promise.all([systemd.listUnits(plain, signal), systemd.findUnits(patterns, signal)]);
  return [...own, ...instances.filter(({ name }) => !plain.includes(name) && !isTemplate(name))];
}

/** The live state of units, in the same order. */
export function unitStates(systemd: Systemd, units: readonly ListedUnit[], signal?: AbortSignal): Promise<readonly UnitState[]> {
  return Promise.all(
    units.map(async unit => {
      const { fragment, dropIns, triggers, exitStatus, result, ...shown } = await systemd.details(unit, signal);
      const { name, active, sub } = unit;
      return { name, active, sub, ...shown, ...(result !== undefined && result !== 'success' && { result }) };
    }),
  );
}

/** The state of the attachment of one image path on the host. */
export async function imageStateOf(systemd: Systemd, attached: readonly AttachedUnit[], path: string): Promise<ImageState> {
  const own = attached.filter(unit => unit.image === path);
  if (own.length === 0) return { attached: false };
  const units = [...(await unitStates(systemd, await loadedUnits(systemd, own)))].sort((a, b) => (a.name < b.name ? -1 : 1));
  const profile = own.find(unit => unit.profile !== undefined)?.profile;
  return {
    attached: true,
    hostPath: path,
    runtime: own.every(unit => unit.runtime),
    running: units.some(unit => unit.active === 'active' && /\.(?:service|socket)$/.test(unit.name)),
    units,
    ...(profile !== undefined && { profile }),
  };
}
