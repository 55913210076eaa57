/** The text of `20-portable.conf` as each version writes it (src/portable/portable.c, install_chroot_dropin). */
import { isStack } from './image-name.ts';
import { unitedPolicy } from './pinned-policy.ts';
import type { PortableImage } from './portable-image.ts';

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `NAME_VERSION` of an image as its release file has it, in an extension by fields of its own; undefined where it names nothing. */
function nameAndVersion({ release, extends: kind }: PortableImage): string | undefined {
  const groups = kind === undefined ? [''] : ['SYSEXT_', 'CONFEXT_'];
  const first = (...keys: readonly string[]) => groups.flatMap(group => keys.map(key => release?.[group + key])).find(Boolean);
  const name = first('IMAGE_ID', 'ID');
  const version = first('IMAGE_VERSION', 'VERSION_ID', 'BUILD_ID');
  if (!name) return undefined;
  return version ? `${name}_${version}` : name;
}

/** From this version on, units of the base get the extensions, too; before, only those that come from one. */
const extendsBaseFrom = 258;
const namesVersionsFrom = 253;
const pinsPolicyFrom = 260;
const bindsOsReleaseTo = 252;

/** Up to this version, the kind of the base decides whether the checks of an extension are relaxed, since then its own (252 was asked, and 257). */
const relaxesByBaseTo = 256;

/** From this version on there are lists of paths, with colons between them. */
const escapesFrom = 249;
const utf8 = new TextEncoder();

/** A path as it stands in the marker: what is no plain ASCII, backslashes and colons as `\\xc3` (xescape; seen on 252, 257 and 262, not on 247). */
function inMarker(path: string): string {
  const plain = (byte: number) => byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x3a;
  return [...utf8.encode(path)]
    .map(byte => (plain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');
}

export interface DropInSource {
  readonly systemd: number;
  readonly base: PortableImage;
  readonly extensions: readonly PortableImage[];
  /** The image that the unit comes from: the base or one of the extensions. */
  readonly from: PortableImage;
  readonly force: boolean;
}

/** The extensions that are laid over the base for a unit that comes from an image. */
export const extensionsOf = ({ systemd, base, extensions, from }: Omit<DropInSource, 'force'>): readonly PortableImage[] =>
  systemd >= extendsBaseFrom || from !== base ? extensions : [];

/** Whether the option that relaxes the checks of an extension is written behind its path. */
export const isRelaxed = (extension: PortableImage, { systemd, base, force }: Pick<DropInSource, 'systemd' | 'base' | 'force'>): boolean =>
  force && (systemd <= relaxesByBaseTo ? base : extension).kind === 'raw';

/** What raw extensions are pinned to, all to the same; undefined where that is not known of one. */
function policyOf(extensions: readonly PortableImage[]): string | undefined {
  const raw = extensions.filter(({ kind }) => kind === 'raw');
  const known = raw.flatMap(({ policy }) => policy ?? []);
  return known.length === raw.length ? unitedPolicy(known) : undefined;
}

const rootKey = (base: PortableImage, systemd: number): string =>
  base.kind === 'raw' ? 'RootImage' : isStack(base, systemd) ? 'RootMStack' : 'RootDirectory';

/** The drop-in of one unit; that of a unit which is no service only bears the marker. */
export function portableDropIn(unit: string, source: DropInSource): string {
  const { systemd, base, extensions, from } = source;
  const paths = [base, ...extensions].map(({ path }) => (systemd >= escapesFrom ? inMarker(path) : path)).join(':');
  const lines = [`# Drop-in created for image '${paths}', do not edit.`];
  if (!unit.endsWith('.service')) return `${lines.join('\n')}\n`;
  const named = nameIn(from.path);
  const versions = systemd >= namesVersionsFrom;
  lines.push(
    '',
    '[Service]',
    `${rootKey(base, systemd)}=${base.path}`,
    `Environment=PORTABLE=${named}`,
    ...(systemd <= bindsOsReleaseTo ? ['BindReadOnlyPaths=/etc/os-release:/run/host/os-release'] : []),
    `LogExtraFields=PORTABLE=${named}`,
  );
  if (systemd >= pinsPolicyFrom && base.kind === 'raw' && base.policy) lines.push(`RootImagePolicy=${base.policy}`);
  const policy = systemd >= pinsPolicyFrom ? policyOf(extensions) : undefined;
  const baseVersion = nameAndVersion(base);
  if (versions && extensions.length === 0 && baseVersion) lines.push(`LogExtraFields=PORTABLE_NAME_AND_VERSION=${baseVersion}`);
  if (versions && extensions.length > 0) {
    const root = nameIn(base.path);
    lines.push(`Environment=PORTABLE_ROOT=${root}`, `LogExtraFields=PORTABLE_ROOT=${root}`);
    if (baseVersion) lines.push(`LogExtraFields=PORTABLE_ROOT_NAME_AND_VERSION=${baseVersion}`);
  }
  for (const extension of extensionsOf(source)) {
    const relaxed = isRelaxed(extension, source) ? ':x-systemd.relax-extension-release-check' : '';
    if (versions) lines.push('');
    lines.push(`${extension.kind === 'raw' ? 'ExtensionImages' : 'ExtensionDirectories'}=${extension.path}${relaxed}`);
    if (versions) lines.push(`LogExtraFields=PORTABLE_EXTENSION=${nameIn(extension.path)}`);
    if (extension.kind === 'raw' && policy) lines.push(`ExtensionImagePolicy=${policy}`);
    const version = nameAndVersion(extension);
    if (versions && version) lines.push(`LogExtraFields=PORTABLE_EXTENSION_NAME_AND_VERSION=${version}`);
  }
  return `${lines.join('\n')}\n`;
}
