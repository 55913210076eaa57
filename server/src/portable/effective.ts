/** What makes a unit on a host once its image is attached: its file and its drop-ins, in the order in which systemd reads them. */
import type { HostDropIn } from '../protocol-host.ts';
import { parseUnit } from '../unit/parse.ts';
import type { UnitTree } from '../unit/tree.ts';
import { unitFileOf } from '../unit/unit-file.ts';
import { type LoadedUnit, type UnitSource, unitSet } from '../unit/unit-set.ts';

/** Who brings a file: the image, the profile, portabled itself (`20-portable.conf`), or the host's own drop-ins. */
export type EffectiveOrigin = 'unit' | 'profile' | 'portabled' | 'host';

/** A file of a unit. */
export interface EffectiveFile {
  readonly origin: EffectiveOrigin;
  /** Where it lies on the host once the image is attached. */
  readonly path: string;
  readonly text: string;
  /** The text parsed, where that was done before. */
  readonly tree?: UnitTree;
  /** Where on the host the link goes that it is. */
  readonly target?: string;
  /** It is there, but what it says is not known. */
  readonly unreadable?: true;
}

/** What is attached. */
export interface AttachedUnitFiles {
  readonly name: string;
  readonly unit: Omit<EffectiveFile, 'path' | 'origin'>;
  /** Absent where the profile has none for units of this type. */
  readonly profile?: Omit<EffectiveFile, 'path' | 'origin'>;
  /** The text of `20-portable.conf`: plan/drop-in.ts makes it. */
  readonly dropIn: string;
  /** It is gone after a reboot. */
  readonly runtime: boolean;
  /** Where the portabled of a user puts units; absent for that of the system. */
  readonly place?: string | undefined;
  /** Drop-ins that the host has by itself, by their paths there. */
  readonly hostDropIns?: readonly HostDropIn[];
}

/** A unit as the host has it. */
export interface EffectiveUnit {
  readonly loaded: LoadedUnit;
  /** In the order of `loaded.sources`. */
  readonly files: readonly [EffectiveFile, ...EffectiveFile[]];
}

/**
 * Puts the files of an attached unit in systemd's order. Drop-ins that lie in the image are not among them: portabled leaves those behind
 * (src/portable/portable.c, extract_now looks for names of units only). Undefined for a name that no unit has.
 */
export function effectiveUnit({
  name,
  unit,
  profile,
  dropIn,
  runtime,
  place: own,
  hostDropIns = [],
}: AttachedUnitFiles): EffectiveUnit | undefined {
  const place = `${own ?? `${runtime ? '/run' : '/etc'}/systemd/system.attached`}/${name}`;
  const given: EffectiveFile[] = [
    { ...unit, origin: 'unit', path: place },
    ...(profile ? [{ ...profile, origin: 'profile' as const, path: `${place}.d/10-profile.conf` }] : []),
    { origin: 'portabled', path: `${place}.d/20-portable.conf`, text: dropIn },
    ...hostDropIns.map(({ text, ...file }) => ({
      ...file,
      origin: 'host' as const,
      ...(text === undefined ? { text: '', unreadable: true as const } : { text }),
    })),
  ];
  const byPath = new Map(given.map(file => [file.path, file]));
  const loaded = unitSet([...byPath.values()].flatMap(sourceOf)).find(name, place);
  const files = loaded?.sources.map(({ path }) => byPath.get(path)).filter(file => file !== undefined);
  const [first, ...others] = files ?? [];
  return loaded && first ? { loaded, files: [first, ...others] } : undefined;
}

function sourceOf({ path, text, tree }: EffectiveFile): readonly UnitSource[] {
  const unit = unitFileOf(path);
  let parsed = tree;
  return unit
    ? [
        {
          path,
          unit,
          tree() {
            parsed ??= parseUnit(text);
            return parsed;
          },
        },
      ]
    : [];
}

/** From this version on, `systemctl cat` says where links go, and which files mask others; 257 does not. */
const linksToldFrom = 258;

/** The files as `systemctl cat` prints them (src/shared/pretty-print.c, cat_files). */
export function catText(files: readonly EffectiveFile[], systemd: number): string {
  return files
    .map(({ path, text, target, unreadable }) => {
      if (systemd >= linksToldFrom && text === '' && !unreadable) return `# ${path} is a mask.\n`;
      const link = target !== undefined && systemd >= linksToldFrom ? ` -> ${target}` : '';
      return `# ${path}${link}\n${text === '' || text.endsWith('\n') ? text : `${text}\n`}`;
    })
    .join('\n');
}
