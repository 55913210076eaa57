/** The unit files, drop-ins and os-release of an image, read once for all that a report says of them. */
import { decodeName } from '../../image/entry-name.ts';
import type { DirectoryNode, FileNode, ImageTree } from '../../image/image-tree.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { releaseFiles } from '../../image/tree-root.ts';
import { type FoundUnit, unitsOf } from '../../image/units.ts';
import { imageSearchPath } from '../../unit/search-path.ts';
import { countsAsLink, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitLink, UnitSource } from '../../unit/unit-set.ts';

/** Files that are read, the largest of them, and all together, in bytes; and how many at a time. */
const limits = { files: 10_000, size: 1 << 20, together: 32 << 20, parallel: 16 };

/** A unit and what it says. */
export interface UnitText extends FoundUnit {
  readonly text: string;
}

/** Texts of an image. */
export interface ImageTexts {
  /** The units that portabled finds, in order of name. */
  readonly units: readonly UnitText[];
  /** All unit files and drop-ins, parsed when asked for; paths as the image sees them. */
  readonly sources: readonly UnitSource[];
  readonly links: readonly UnitLink[];
  /** The os-release that portabled reads. */
  readonly release?: { readonly path: string; readonly text: string };
}

/** Reads them, those that a manager finds; `source` makes unit files of texts. What is too large is taken for empty. Throws the ImageErrors of the tree. */
export async function imageTexts(
  tree: ImageTree,
  source: (path: string, text: string) => UnitSource | undefined,
  manager?: 'user',
): Promise<ImageTexts> {
  const files = new Map<string, FileNode>();
  const links: UnitLink[] = [];
  const seen = new Set<string>();
  for (const searched of imageSearchPath(manager)) {
    const found = await resolveInImage(tree, searched);
    if (found.outcome !== 'found' || found.node.kind !== 'directory' || seen.has(found.path)) continue;
    seen.add(found.path);
    await collect(found.node, found.path, true);
  }

  async function collect(directory: DirectoryNode, at: string, deeper: boolean): Promise<void> {
    for (const { name, kind } of await directory.list()) {
      if (files.size >= limits.files) return;
      const path = `${at}/${name}`;
      const unit = unitFileOf(path);
      const wanted = kind === 'directory' ? deeper && name.endsWith('.d') : unit !== undefined && !name.startsWith('.');
      const node = wanted ? await directory.lookup(name) : undefined;
      if (node?.kind === 'file') files.set(path, node);
      else if (node?.kind === 'link' && countsAsLink(unit)) links.push({ path, target: await node.target() });
      else if (node?.kind === 'directory') await collect(node, path, false);
    }
  }

  const found = await unitsOf(tree, manager);
  for (const { file } of found) {
    const linked = files.has(file) ? undefined : await resolveInImage(tree, file);
    if (linked?.outcome === 'found' && linked.node.kind === 'file') files.set(file, linked.node);
  }
  const texts = await read(files);
  const textOf = (path: string) => texts.get(path) ?? '';
  return {
    units: found.map(unit => ({ ...unit, text: textOf(unit.file) })),
    sources: [...files.keys()].flatMap(path => source(path, textOf(path)) ?? []),
    links,
    ...(await releaseOf(tree)),
  };
}

async function read(files: ReadonlyMap<string, FileNode>): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const queue = [...files].values();
  let left = limits.together;
  const worker = async () => {
    for (const [path, node] of queue) {
      if (node.size > limits.size || node.size > left) continue;
      left -= node.size;
      texts.set(path, decodeName(await node.read(0, node.size)));
    }
  };
  await Promise.all(Array.from({ length: limits.parallel }, worker));
  return texts;
}

async function releaseOf(tree: ImageTree): Promise<Pick<ImageTexts, 'release'>> {
  for (const file of releaseFiles) {
    const found = await resolveInImage(tree, file);
    if (found.outcome !== 'found' || found.node.kind !== 'file' || found.node.size > limits.size) continue;
    return { release: { path: found.path, text: decodeName(await found.node.read(0, found.node.size)) } };
  }
  return {};
}
