/** Asks the images that open or linted units lie in: directories of this machine, and raw images that are open. */

import { resolve } from 'node:path';
import type { ByteSource } from '../../image/byte-source.ts';
import { openDirectory } from '../../image/directory-tree.ts';
import { ImageError } from '../../image/image-error.ts';
import { extensionHierarchies, type Layer, layeredTree } from '../../image/layers.ts';
import { imageName, isRawName } from '../../image/names.ts';
import { describePartitions } from '../../image/partitions/contents.ts';
import { mountedOn } from '../../image/partitions/mounted.ts';
import { readPartitions } from '../../image/partitions/partitions.ts';
import { type AskedImage, askedImage, type ImageAnswers } from '../../image/questions.ts';
import { identifyRawImage } from '../../image/raw-image.ts';
import { markedRootOf } from '../../image/tree-root.ts';
import { placeInImage } from '../documents/document-path.ts';
import { imageFiles } from './image-files.ts';
import { createImagePool, ImageChanged, type ImagePool } from './image-pool.ts';

/** Images that are remembered; milliseconds after which an answer is looked up again when somebody asks. */
const limits = { images: 16, fresh: 3_000 };

/** Trees that are layers of a build whatever they hold. */
const layerNames = /^(mkosi\..*|overlay|layers?|skeleton)$/;

/** The images around some files; all paths as `documentPath` makes them. */
export interface ImageQuestions {
  /** What is known of the image that a file lies in; undefined for one in no image. */
  readonly of: (path: string) => ImageAnswers | undefined;
  /** Whether anybody waits for an answer. */
  readonly pending: () => boolean;
  /** Finds the answers; what is told by `changed` from then on is new. */
  readonly find: () => Promise<void>;
  /** Whether answers about the image of a file changed since this was last asked about it. */
  readonly revision: (path: string) => number;
  /** Something in the image of a file may have changed. */
  readonly doubt: (path: string) => void;
}

interface Known {
  readonly asked: AskedImage;
  /** Counts the rounds that brought something new. */
  revision: number;
  /** When its answers were last looked up, and for which architecture. */
  found: number;
  machine: string | undefined;
}

/** What images are asked with. */
export interface ImageAccess {
  /** Gives images that are named as such, raw ones and directories. */
  readonly pool?: ImagePool;
  /** Paths of extension images that lie over those, the last one uppermost. */
  readonly extensions?: readonly string[];
}

/** Asks images; it holds nothing until it is used. */
export function imageQuestions({ pool = createImagePool(), extensions = [] }: ImageAccess = {}): ImageQuestions {
  const known = new Map<string, Known>();

  const keyOf = (path: string): string | undefined => {
    const inside = placeInImage(path);
    if (inside) return path.slice(0, path.length - inside.path.length);
    const root = path.startsWith('//') ? undefined : markedRootOf(path);
    // the machine's own root is no image
    return root === undefined || root === '' || root === '/' || layerNames.test(root.slice(root.lastIndexOf('/') + 1)) ? undefined : root;
  };
  const imageAt = (path: string): Known | undefined => {
    const key = keyOf(path);
    if (key === undefined) return undefined;
    const found = known.get(key) ?? { asked: ask(key, path), revision: 0, found: Date.now(), machine: pool.machine() };
    known.delete(key);
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > limits.images) known.delete(oldest);
    return found;
  };

  function ask(root: string, path: string): AskedImage {
    const inside = placeInImage(path);
    if (!inside)
      return askedImage(root.slice(root.lastIndexOf('/') + 1), async look => look({ tree: await openDirectory(imageFiles, root) }));
    const { image, partition } = inside;
    return askedImage(imageName(image, isRawName(image) ? 'raw' : 'directory'), async look => {
      try {
        return await pool.use(image, async opened => {
          const unmarked = opened.source && (await unmarkedPartition(opened.source, pool.machine()));
          const base = await opened.tree(partition);
          return withLayers(extensions, [], layers =>
            look({
              tree: layers.length > 0 ? layeredTree(base, layers) : base,
              ...(unmarked !== undefined && { unmarkedPartition: unmarked }),
            }),
          );
        });
      } catch (error) {
        if (error instanceof ImageChanged) throw new ImageError('io', 'it was written to meanwhile', { cause: error });
        throw error;
      }
    });
  }

  /** Opens extension images one in the other, as none may be closed before the last look. */
  function withLayers(
    paths: readonly string[],
    layers: readonly Layer[],
    look: (layers: readonly Layer[]) => Promise<boolean>,
  ): Promise<boolean> {
    const [path, ...others] = paths;
    if (path === undefined) return look(layers);
    return pool.use(resolve(path), async opened => {
      const tree = await opened.tree();
      return withLayers(others, [...layers, { tree, over: await extensionHierarchies(tree) }], look);
    });
  }

  return {
    of(path) {
      const image = imageAt(path);
      if (image && (Date.now() - image.found > limits.fresh || image.machine !== pool.machine())) image.asked.doubt();
      return image?.asked.answers;
    },
    pending: () => [...known.values()].some(({ asked }) => asked.pending()),
    async find() {
      for (const image of [...known.values()]) {
        if (!image.asked.pending()) continue;
        image.found = Date.now();
        image.machine = pool.machine();
        if (await image.asked.find()) image.revision++;
      }
    },
    revision: path => known.get(keyOf(path) ?? '')?.revision ?? 0,
    doubt(path) {
      for (const [root, { asked }] of known) if (path.startsWith(`${root}/`)) asked.doubt();
    },
  };
}

/**
 * The number of the partition of a GPT image that systemd would mount on a machine, that holds a read-only file system and lacks the mark. Throws
 * ImageError.
 */
export async function unmarkedPartition(source: ByteSource, machine: string | undefined): Promise<number | undefined> {
  const table = await readPartitions(source);
  if (table.table !== 'gpt') return undefined;
  const { root, usr } = mountedOn(machine, table.partitions);
  const mounted = [root, usr].filter(partition => partition !== undefined).filter(({ purpose }) => purpose?.designator !== 'linux-generic');
  const contents = await describePartitions(source, { ...table, partitions: mounted }, identifyRawImage);
  return contents.find(({ fileSystem, readOnly }) => !readOnly && (fileSystem === 'squashfs' || fileSystem === 'erofs'))?.number;
}
