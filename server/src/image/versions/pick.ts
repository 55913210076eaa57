import type { AmongVersions } from '../../protocol.ts';
import { compareLabels } from '../partitions/label-order.ts';

/** One of several versions in a `.v/` directory, by its name: `NAME_VERSION[_ARCHITECTURE][+LEFT[-DONE]]SUFFIX`. (systemd.v(7), src/shared/vpick.c) */
export interface VersionedName {
  readonly name: string;
  readonly version: string;
  /** Under systemd's name; absent where the version is for any, or for one that systemd does not know. */
  readonly architecture?: string;
  /** Starts that are left to try it, and that were tried; absent where they are not counted. */
  readonly tries?: { readonly left: number; readonly done: number };
}

/** What is picked from. */
export interface VersionFilter {
  /** What comes before the version: `hello` for `hello.raw.v/`. */
  readonly base: string;
  /** What comes after it: `.raw`, or nothing for directories. */
  readonly suffix: string;
  /** systemd's version: what a version may be written with has changed. */
  readonly systemd: number;
}

/** Up to 257 `+` and `,` could be in a version; from then on `~` and `^` can instead. */
const characters = (systemd: number): RegExp => (systemd < 258 ? /^[a-zA-Z0-9.,_+-]+$/ : /^[a-zA-Z0-9.~^-]+$/);
const counters = /^(.*)\+(\d+)(?:-(\d+))?$/;
const most = 0xffff_ffff;

/** Names of architectures that may be a part of the name; `ARCHITECTURE_*` in src/basic/architecture.c. */
const architectures: ReadonlySet<string> = new Set(
  `alpha arc arc-be arm arm-be arm64 arm64-be cris ia64 loongarch64 m68k mips mips-le mips64 mips64-le nios2 parisc parisc64 ppc ppc-le ppc64 ppc64-le riscv32
  riscv64 s390 s390x sh sh64 sparc sparc64 tilegx x86 x86-64`.split(/\s+/),
);

/** The directory of versions that a name is: `hello` and `.raw` for `hello.raw.v`; undefined where it is none. */
export function versionsDirectory(name: string): { readonly base: string; readonly suffix: string } | undefined {
  const [, base, suffix = ''] = /^(.+?)(\.raw)?\.v$/.exec(name) ?? [];
  return base === undefined ? undefined : { base, suffix };
}

/** Takes a name in a directory of versions apart; undefined for one that is passed over. */
export function readVersionedName(name: string, { base, suffix, systemd }: VersionFilter): VersionedName | undefined {
  if (!name.startsWith(`${base}_`) || !name.endsWith(suffix) || name.length < base.length + 1 + suffix.length) return undefined;
  const middle = name.slice(base.length + 1, name.length - suffix.length);
  const [, before, left = '', done = '0'] = counters.exec(middle) ?? [];
  const counted = before !== undefined && Number(left) <= most && Number(done) <= most;
  const rest = counted ? before : middle;
  const cut = rest.lastIndexOf('_');
  const architecture = cut < 0 ? '' : rest.slice(cut + 1);
  const version = cut < 0 ? rest : rest.slice(0, cut);
  if (!characters(systemd).test(version)) return undefined;
  return {
    name,
    version,
    ...(architectures.has(architecture) && { architecture }),
    ...(counted && { tries: { left: Number(left), done: Number(done) } }),
  };
}

/**
 * The order in which systemd takes versions, best first; those for another architecture are left out, where `runs` says which ones the host
 * runs, best first. One without tries left comes last.
 */
export function orderVersions(names: readonly VersionedName[], runs?: readonly string[]): readonly VersionedName[] {
  const rank = ({ architecture }: VersionedName) => (architecture === undefined ? most : (runs?.indexOf(architecture) ?? 0));
  const spent = ({ tries }: VersionedName) => Number(tries?.left === 0);
  const left = ({ tries }: VersionedName) => tries?.left ?? most + 1;
  const done = ({ tries }: VersionedName) => tries?.done ?? 0;
  const order = (a: VersionedName, b: VersionedName) =>
    spent(a) - spent(b) ||
    compareLabels(b.version, a.version) ||
    rank(a) - rank(b) ||
    left(b) - left(a) ||
    done(a) - done(b) ||
    (a.name < b.name ? 1 : -1);
  return names.filter(name => rank(name) >= 0).sort(order);
}

type VersionVerdict = AmongVersions['verdict'];

/**
 * What systemd makes of each name in a directory of versions; at most one is taken. `runs` as in orderVersions(). A name that is none of a version of
 * it is misnamed, and passed over.
 */
export function judgeVersions(
  names: readonly string[],
  filter: VersionFilter,
  runs?: readonly string[],
): ReadonlyMap<string, VersionVerdict> {
  const read = names.flatMap(name => readVersionedName(name, filter) ?? []);
  const [taken, ...others] = orderVersions(read, runs);
  const verdicts = new Map<string, VersionVerdict>(names.map(name => [name, 'misnamed']));
  for (const { name } of read) verdicts.set(name, 'architecture');
  for (const other of others) if (taken) verdicts.set(other.name, whyNot(other, taken));
  if (taken) verdicts.set(taken.name, 'taken');
  return verdicts;
}

function whyNot(other: VersionedName, taken: VersionedName): VersionVerdict {
  if (other.tries?.left === 0 && taken.tries?.left !== 0) return 'spent';
  if (compareLabels(other.version, taken.version) !== 0) return 'older';
  return other.architecture === taken.architecture ? 'tries' : 'architecture';
}
