/** What is known of the image tree that a file lies in, and whether it is a portable image at all. */
import { defaultPrefix } from '../../image/names.ts';
import { isAttachable, matchesPrefix } from '../../image/units.ts';

/** The fields of a release file. */
export type Release = Readonly<Record<string, string>>;

/** A tree as it lies on the disk, with what an editor shows in the place of its release file. */
export interface TreeFacts {
  /** Absolute path of its root. */
  readonly root: string;
  /** The root's own name, which is the image's. */
  readonly name: string;
  /** What portabled would read of its os-release; absent where there is none. */
  readonly release?: Release;
  /** Names of its units of all types; links and empty files are among them. */
  readonly units: readonly string[];
  /** It holds a package manager's records or systemd itself: most of its units are a distribution's. */
  readonly distribution: boolean;
  /** It has the mount points of a whole root: `/proc`, `/sys` and `/dev`. */
  readonly mountPoints: boolean;
  /** The trees beside it that have an os-release: whose extension it might be, and what may be attached to the same host. */
  readonly beside: () => readonly (TreeFacts & { readonly release: Release })[];
}

/** A tree that is a portable image. */
export interface PortableTree extends TreeFacts {
  /** What its units may begin with: PORTABLE_PREFIXES=, else the prefix of its name. */
  readonly prefixes: readonly string[];
  /** PORTABLE_PREFIXES= says so. */
  readonly declared: boolean;
}

/** Directories whose name is that of a step of the build, and not of the image that comes of it. */
const buildNames = /^(mkosi\..*|rootfs|root|sysroot|tree|image|build|dist|out|output|stage|staging|overlay|layer|install|destdir|mnt)$/i;

/** Whether the name of a directory says nothing of the image's. */
export const isBuildName = (name: string): boolean => buildNames.test(name);

/** The words of a field. */
export const wordsOf = (value: string | undefined): readonly string[] => (value ?? '').split(/\s+/).filter(word => word !== '');

/**
 * The tree as a portable image; undefined where it is none: the machine's own root, a layer of a build, a package's files, a system. It is one
 * if its os-release has a field of portable services, or if it has an os-release and a unit that is named after it, or if it lacks an os-release
 * and has such a unit beside the mount points of a root.
 */
export function portableTree(facts: TreeFacts): PortableTree | undefined {
  const before = known.get(facts);
  if (before) return before.tree;
  const tree = judgeTree(facts);
  known.set(facts, { tree });
  return tree;
}

/** A tree is asked about for each of its units. */
const known = new WeakMap<TreeFacts, { readonly tree: PortableTree | undefined }>();

function judgeTree(facts: TreeFacts): PortableTree | undefined {
  const { root, name, release, units, mountPoints } = facts;
  if (root === '/' || root === '') return undefined;
  const words = wordsOf(release?.PORTABLE_PREFIXES);
  const own = defaultPrefix(name);
  const declares = words.length > 0 || release?.PORTABLE_SCOPE !== undefined;
  const named = !isBuildName(name) && own !== '' && units.some(unit => isAttachable(unit) && matchesPrefix(unit, own));
  if (!declares && !(named && (release !== undefined || mountPoints))) return undefined;
  return { ...facts, prefixes: words.length > 0 ? words : [own], declared: words.length > 0 };
}

/** Whether a unit bears one of the image's prefixes. */
export const isOwn = (unit: string, { prefixes }: PortableTree): boolean => prefixes.some(prefix => matchesPrefix(unit, prefix));

/** The units that an attach takes. */
export const takenUnits = (tree: PortableTree): readonly string[] => tree.units.filter(unit => isAttachable(unit) && isOwn(unit, tree));
