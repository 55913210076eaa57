/** An image as portabled reads it: its release file and its units (src/portable/portable.c, extract_now). */
import { decodeName } from '../../image/entry-name.ts';
import type { ImageTree } from '../../image/image-tree.ts';
import { parseRelease, releaseValues } from '../../image/os-release.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { namesIn } from '../../image/text-file.ts';
import { isAttachable, unitsOf } from '../../image/units.ts';
import type { ImageKind } from '../../protocol.ts';

/** What an image is to an attach: the thing itself, or laid over it. */
export type ImageRole = 'base' | 'extension';

/** A unit that portabled would take. */
export interface PortableUnit {
  readonly name: string;
  /** Where it lies inside the image. */
  readonly path: string;
  readonly text: string;
  /** It is a link that is absolute, or climbs out of the image: before 258 such a link was followed on the host. */
  readonly leaves?: true;
}

/** What portabled finds in an image. */
export interface PortableImage {
  /** Where it lies on the host. */
  readonly path: string;
  readonly kind: ImageKind;
  /** Fields of its os-release, or of its extension-release; absent where there is none. */
  readonly release?: Readonly<Record<string, string>>;
  /** A directory lies where its os-release is looked for first: all but 247 fail to read that (EISDIR; seen on 262), and look no further. */
  readonly blocked?: true;
  /** For an extension: whether its release file is that of a system or of a configuration extension. */
  readonly extends?: 'sysext' | 'confext';
  /** The only extension-release of an extension that has none of its own name: what it is taken for when its checks are relaxed. */
  readonly stray?: Pick<PortableImage, 'release' | 'extends'>;
  /** Units of the types that are attached, whatever their prefix; in order of name. */
  readonly units: readonly PortableUnit[];
  /** What systemd 260 and later pin a raw image to, as its dissection finds it: `root=squashfs:=absent`; absent where that is unknown. */
  readonly policy?: string;
}

const releaseFiles = ['/etc/os-release', '/usr/lib/os-release'];
const extensionFiles = [
  ['sysext', '/usr/lib/extension-release.d/extension-release.'],
  ['confext', '/etc/extension-release.d/extension-release.'],
] as const;

/** File name of an image without its suffixes: what its extension-release is named after. */
export function extensionName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.raw$/, '');
}

/** Reads what portabled would read. Throws ImageErrors of the tree. */
export async function portableImage(
  tree: ImageTree,
  at: {
    readonly path: string;
    readonly kind: ImageKind;
    readonly role: ImageRole;
    readonly policy?: string;
    /** Whose portabled reads it; by default the system's. */
    readonly manager?: 'system' | 'user' | undefined;
  },
): Promise<PortableImage> {
  const { role, manager, ...place } = at;
  const found = role === 'base' ? await baseRelease(tree) : await extensionRelease(tree, extensionName(at.path));
  const units: PortableUnit[] = [];
  for (const { name, path, file } of await unitsOf(tree, manager)) {
    if (!isAttachable(name)) continue;
    const text = await textOf(tree, file);
    if (text === undefined) continue;
    const leaves = path !== file && (await leavesImage(tree, path));
    units.push({ name, path, text, ...(leaves && { leaves }) });
  }
  return { ...place, ...found, units };
}

async function baseRelease(tree: ImageTree): Promise<Pick<PortableImage, 'release' | 'blocked'>> {
  let blocked: true | undefined;
  for (const path of releaseFiles) {
    const text = await textOf(tree, path);
    if (text !== undefined) return { release: releaseValues(parseRelease(text)), ...(blocked && { blocked }) };
    if ((await resolveInImage(tree, path)).outcome === 'found') blocked = true;
  }
  return {};
}

async function extensionRelease(tree: ImageTree, name: string): Promise<Pick<PortableImage, 'release' | 'extends' | 'stray'>> {
  for (const [kind, path] of extensionFiles) {
    const text = await textOf(tree, path + name);
    if (text !== undefined) return { release: releaseValues(parseRelease(text)), extends: kind };
  }
  for (const [kind, path] of extensionFiles) {
    const slash = path.lastIndexOf('/');
    const names = (await namesIn(tree, path.slice(0, slash))).filter(entry => entry.startsWith(path.slice(slash + 1)));
    const text = names.length === 1 ? await textOf(tree, `${path.slice(0, slash)}/${names[0]}`) : undefined;
    if (text !== undefined) return { stray: { release: releaseValues(parseRelease(text)), extends: kind } };
  }
  return {};
}

/** The links of a unit that are followed to find out where they lead. */
const mostLinks = 32;

/** Whether a link, or one that it points to, starts at the root or climbs above it. */
async function leavesImage(tree: ImageTree, link: string): Promise<boolean> {
  let path = link;
  for (let n = 0; n < mostLinks; n++) {
    const slash = path.lastIndexOf('/');
    const directory = await resolveInImage(tree, path.slice(0, slash) || '/');
    if (directory.outcome !== 'found' || directory.node.kind !== 'directory') return false;
    const node = await directory.node.lookup(path.slice(slash + 1));
    if (node?.kind !== 'link') return false;
    const target = await node.target();
    if (target.startsWith('/')) return true;
    const parts = directory.path.split('/').filter(part => part !== '');
    for (const part of target.split('/')) {
      if (part === '..') {
        if (parts.pop() === undefined) return true;
      } else if (part !== '' && part !== '.') parts.push(part);
    }
    path = `/${parts.join('/')}`;
  }
  return false;
}

/** The longest unit or release file that is read, in bytes. */
const longest = 1 << 20;

/** The text of a file, links followed; bytes that are not UTF-8 kept as entry-name.ts keeps them. Undefined where there is no file. */
async function textOf(tree: ImageTree, path: string): Promise<string | undefined> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'file') return undefined;
  return decodeName(await found.node.read(0, Math.min(found.node.size, longest)));
}
