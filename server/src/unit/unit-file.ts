/** What a path says of a unit file: which type of unit it configures, and whether it is the unit, a drop-in or a portable profile. */

/** The unit types, named by their suffix, with the sections that systemd reads in each (the `sections` of every UnitVTable in src/core). */
export const sectionsByKind = {
  service: ['Unit', 'Service', 'Install'],
  socket: ['Unit', 'Socket', 'Install'],
  target: ['Unit', 'Target', 'Install'],
  device: ['Unit', 'Device', 'Install'],
  mount: ['Unit', 'Mount', 'Install'],
  automount: ['Unit', 'Automount', 'Install'],
  swap: ['Unit', 'Swap', 'Install'],
  timer: ['Unit', 'Timer', 'Install'],
  path: ['Unit', 'Path', 'Install'],
  slice: ['Unit', 'Slice', 'Install'],
  scope: ['Unit', 'Scope', 'Install'],
} as const;

export type UnitKind = keyof typeof sectionsByKind;

/** Every section that some unit type has, [Unit] first, [Install] last. */
export const allSections: readonly string[] = ['Unit', ...Object.values(sectionsByKind).map(([, own]) => own), 'Install'];

/** A file that systemd reads as (part of) a unit. */
export interface UnitFile {
  /** Absent where the path does not tell: then every section is legal. */
  readonly kind?: UnitKind;
  readonly role: 'unit' | 'drop-in' | 'profile';
  /** Full name of the unit, where the file belongs to exactly one: `hello.service`, also for the drop-ins of that unit. */
  readonly name?: string;
  /** A file such as `hello.service.in`, from which the real one is made: what stands for something else in it is no mistake. */
  readonly placeholders?: true;
}

const isKind = (word: string): word is UnitKind => Object.hasOwn(sectionsByKind, word);

/** The suffix of a unit name as its type: `foo@.service` and `service` are services. */
function kindOfName(name: string): UnitKind | undefined {
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return isKind(suffix) ? suffix : undefined;
}

/** Folders whose `.service` files are something else: D-Bus activation files and Avahi's XML. */
const foreign = /(^|\/)(dbus-1\/(services|system-services)|avahi\/services)\/[^/]*$/;

/** A path with `/` between its parts. Only on Windows a backslash is no part of a name, and unit names have them: `a\x2db.mount`. */
const slashed = (path: string): string => (/^([A-Za-z]:)?\\/.test(path) ? path.replaceAll('\\', '/') : path);

/** Whether a path says that the file only looks like a unit by its suffix. */
export const isForeign = (path: string): boolean => foreign.test(slashed(path));

/** Suffixes of files from which a build makes the real ones. */
const madeFrom = /\.(in|j2|jinja2?|tmpl|tpl|template|m4|mustache|erb)$/;

/** What `systemctl edit` calls a file while it is being edited: `.#override.conf0123456789abcdef` (tempfn_random). */
const beingEdited = /^\.#(.+?)[0-9a-f]{16}$/;

/**
 * Tells from a path (`/` or `\` between its parts) whether the file is a unit (`foo.service`, `foo@x.service`), a drop-in
 * (`foo.service.d/x.conf`, `foo-.service.d/x.conf`, `service.d/x.conf`) or a profile (`portable/profile/NAME/service.conf`), and of which
 * type; also where it bears the temporary name of an editor, or is made into such a file by a build (`foo.service.in`). Undefined for any
 * other file.
 */
export function unitFileOf(path: string): UnitFile | undefined {
  const normal = slashed(path);
  if (isForeign(normal)) return undefined;
  const parts = normal.split('/');
  const given = parts.at(-1) ?? '';
  const real = beingEdited.exec(given)?.[1] ?? given;
  const base = real.replace(madeFrom, '');
  if (base.startsWith('.#')) return undefined; // a link by which editors lock a file
  const file = fileOf(base, parts);
  return file && base !== real ? { ...file, placeholders: true } : file;
}

function fileOf(base: string, parts: readonly string[]): UnitFile | undefined {
  if (base.endsWith('.conf')) {
    const folder = parts.at(-2) ?? '';
    if (folder.endsWith('.d')) {
      if (base.startsWith('.')) return undefined; // systemd passes over hidden files (hidden_or_backup_file)
      const name = folder.slice(0, -2);
      const kind = kindOfName(name);
      return kind && { kind, role: 'drop-in', ...(isOneUnit(name, kind) && { name }) };
    }
    const stem = base.slice(0, -'.conf'.length);
    return parts.at(-3) === 'profile' && parts.at(-4) === 'portable' && isKind(stem) ? { kind: stem, role: 'profile' } : undefined;
  }
  const kind = base.includes('.', 1) ? kindOfName(base) : undefined;
  return kind && { kind, role: 'unit', name: base };
}

/** Whether a drop-in folder's name is that of one unit: `service`, `foo-.service` and `foo-@x.service` are for many. */
const isOneUnit = (name: string, kind: UnitKind): boolean =>
  name !== kind && !/.-$/.test(name.slice(0, -kind.length - 1).split('@', 1)[0] ?? '');

/** Whether a link that bears the name of such a file says something: an alias, or that a unit or drop-in is masked. */
export const countsAsLink = (unit: UnitFile | undefined): unit is UnitFile => unit !== undefined && unit.role !== 'profile';

/** The sections that systemd reads in such a file. */
export const sectionsOf = (unit: UnitFile): readonly string[] => (unit.kind ? sectionsByKind[unit.kind] : allSections);
