/** The unit files around one inside an image: all that its manager would find there, read when a document of that image is opened. */
import { ImageError } from '../../image/image-error.ts';
import type { DirectoryNode, ImageTree } from '../../image/image-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';
import type { ImagePath } from '../../protocol-inside.ts';
import { parseBytes } from '../../unit/parse-bytes.ts';
import { managerDirectories } from '../../unit/search-path.ts';
import type { UnitTree } from '../../unit/tree.ts';
import { countsAsLink, unitFileOf } from '../../unit/unit-file.ts';
import { placeInImage } from '../documents/document-path.ts';
import { neighbourhoodOf } from '../documents/neighbourhoods.ts';
import type { UnitNames } from '../documents/units-around.ts';
import { ImageChanged, type ImagePool } from './image-pool.ts';

/** Files of one image that are looked at, the largest of them, and all of them, in bytes. */
const limits = { files: 10_000, size: 1 << 20, together: 32 << 20 };
/** Folders and trees that are remembered. */
const mostRemembered = 8;

/** The unit files of a tree or folder as they were when it was last read. */
interface Snapshot extends UnitNames {
  readonly texts: ReadonlyMap<string, Uint8Array>;
}

/** Unit files inside images; all paths as `documentPath` makes them. */
export interface ImageUnits {
  /** Reads what lies around a file inside an image; false for any other. Never rejects: of what cannot be read, nothing is known. */
  readonly prepare: (path: string) => Promise<boolean>;
  /** As on the disk, of what was read. */
  readonly unitsAround: (path: string) => UnitNames;
  readonly treeAt: (path: string) => UnitTree;
  readonly bytesOf: (path: string) => Uint8Array | undefined;
}

const nothing: Snapshot = { files: [], links: [], texts: new Map() };

/** Reads images through a pool. */
export function imageUnits(pool: ImagePool): ImageUnits {
  const known = new Map<string, Snapshot>();
  const of = (path: string): Snapshot => known.get(neighbourhoodOf(path)) ?? nothing;
  const bytesOf = (path: string) => of(path).texts.get(path);
  return {
    async prepare(path) {
      const place = placeInImage(path);
      if (!place) return false;
      const key = neighbourhoodOf(path);
      const snapshot = await snapshotAround(pool, place, path);
      known.delete(key);
      known.set(key, snapshot);
      for (const oldest of known.keys()) if (known.size > mostRemembered) known.delete(oldest);
      return true;
    },
    unitsAround: of,
    treeAt: path => parseBytes(bytesOf(path) ?? new Uint8Array()).tree,
    bytesOf,
  };
}

async function snapshotAround(pool: ImagePool, { image, partition, path: inside }: ImagePath, path: string): Promise<Snapshot> {
  /** What every path of this image begins with. */
  const prefix = path.slice(0, path.length - inside.length);
  try {
    return await pool.use(image, async opened => {
      const tree = await opened.tree(partition);
      const reading = reader(prefix);
      for (const directory of managerDirectories(path).directories) await reading.look(tree, directory.slice(prefix.length));
      const own = await resolveInImage(tree, inside);
      if (own.outcome === 'found' && own.node.kind === 'file') await reading.take(path, own.node);
      return reading.snapshot;
    });
  } catch (error) {
    if (error instanceof ImageError || error instanceof ImageChanged) return nothing;
    throw error;
  }
}

function reader(prefix: string) {
  const files: { path: string; unit: NonNullable<ReturnType<typeof unitFileOf>> }[] = [];
  const links: { path: string; target: string }[] = [];
  const texts = new Map<string, Uint8Array>();
  let together = 0;

  async function take(path: string, node: { readonly size: number; read(offset: number, length: number): Promise<Uint8Array> }) {
    if (texts.has(path) || node.size > limits.size || together + node.size > limits.together) return;
    together += node.size;
    texts.set(path, (await node.read(0, limits.size)).slice());
  }

  async function list(directory: DirectoryNode, at: string, deeper: boolean): Promise<void> {
    for (const { name, kind } of await directory.list()) {
      if (files.length >= limits.files) return;
      const below = `${prefix}${at}/${name}`;
      const unit = unitFileOf(below);
      const wanted =
        (kind === 'file' && unit) || (kind === 'link' && countsAsLink(unit)) || (deeper && kind === 'directory' && name.endsWith('.d'));
      const node = wanted ? await directory.lookup(name) : undefined;
      if (node?.kind === 'file' && unit) {
        files.push({ path: below, unit });
        await take(below, node);
      } else if (node?.kind === 'link') links.push({ path: below, target: await node.target() });
      else if (node?.kind === 'directory') await list(node, `${at}/${name}`, false);
    }
  }

  /** A directory, unless a link leads there: then its units are found where it leads. */
  async function look(tree: ImageTree, directory: string): Promise<void> {
    const found = await resolveInImage(tree, directory);
    if (found.outcome === 'found' && found.path === directory && found.node.kind === 'directory') await list(found.node, directory, true);
  }
  return { snapshot: { files, links, texts }, look, take };
}
