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
}

const isKind = (word: string): word is UnitKind => Object.hasOwn(sectionsByKind, word);

/** The suffix of a unit name as its type: `foo@.service` and `service` are services. */
function kindOfName(name: string): UnitKind | undefined {
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return isKind(suffix) ? suffix : undefined;
}

/** Folders whose `.service` files are something else: D-Bus activation files and Avahi's XML. */
const foreign = /(^|\/)(dbus-1\/(services|system-services)|avahi\/services)\/[^/]*$/;

/** Whether a path says that the file only looks like a unit by its suffix. */
export const isForeign = (path: string): boolean => foreign.test(path.replaceAll('\\', '/'));

/**
 * Tells from a path (`/` or `\` between its parts) whether the file is a unit (`foo.service`, `foo@x.service`), a drop-in
 * (`foo.service.d/x.conf`, `foo-.service.d/x.conf`, `service.d/x.conf`) or a profile (`portable/profile/NAME/service.conf`), and of which
 * type. Undefined for any other file.
 */
export function unitFileOf(path: string): UnitFile | undefined {
  const normal = path.replaceAll('\\', '/');
  const parts = normal.split('/');
  const base = parts.at(-1) ?? '';
  const folder = parts.at(-2) ?? '';
  if (isForeign(normal)) return undefined;
  if (base.endsWith('.conf')) {
    if (folder.endsWith('.d')) {
      const kind = kindOfName(folder.slice(0, -2));
      return kind && { kind, role: 'drop-in' };
    }
    const stem = base.slice(0, -'.conf'.length);
    return parts.at(-3) === 'profile' && parts.at(-4) === 'portable' && isKind(stem) ? { kind: stem, role: 'profile' } : undefined;
  }
  const kind = base.includes('.', 1) ? kindOfName(base) : undefined;
  return kind && { kind, role: 'unit' };
}

/** The sections that systemd reads in such a file. */
export const sectionsOf = (unit: UnitFile): readonly string[] => (unit.kind ? sectionsByKind[unit.kind] : allSections);
