/** An image as portabled reads it: its release file and its units (src/portable/portable.c, extract_now). */
import type { ImageTree } from '../../image/image-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { isAttachable, unitsOf } from '../../image/units.ts';
import type { ImageKind } from '../../protocol.ts';
import type { Manager } from '../../unit/search-path.ts';
import { textOf } from './file-text.ts';
import { extensionName } from './image-name.ts';
import { baseRelease, extensionRelease, type FoundRelease } from './release-lookup.ts';

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
export interface PortableImage extends FoundRelease {
  /** Where it lies on the host. */
  readonly path: string;
  readonly kind: ImageKind;
  /** What an extension is taken for when its checks are relaxed, where that is something else: by the only release file of another name. */
  readonly stray?: FoundRelease;
  /** Units of the types that are attached, whatever their prefix; in order of name. */
  readonly units: readonly PortableUnit[];
  /** What systemd 260 and later pin a raw image to, as its dissection finds it: `root=squashfs:=absent`; absent where that is unknown. */
  readonly policy?: string;
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
    readonly manager?: Manager | undefined;
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
