/** Images that are open for a while, so that looking into one again costs nothing; and the promise that what is read of one is of one state of it. */
import type { ByteSource } from '../../image/byte-source.ts';
import { type OpenFile, openDirectory } from '../../image/directory-tree.ts';
import { ImageError } from '../../image/image-error.ts';
import type { ImageTree } from '../../image/image-tree.ts';
import { partitionSource, readPartitions } from '../../image/partitions/partitions.ts';
import { openRawImage } from '../../image/raw-image.ts';
import { thisMachine } from '../this-machine.ts';
import { decompressors } from './decompressors.ts';
import { imageFiles } from './image-files.ts';

/** An image while it is looked at. */
export interface OpenImage {
  /** What systemd would mount, or one partition. Throws ImageError. */
  readonly tree: (partition?: number) => Promise<ImageTree>;
  /** The bytes of a raw image. */
  readonly source?: ByteSource;
  /** Where a directory image is, links resolved. */
  readonly directory?: string;
  /** Another one as soon as the file of a raw image is another or was written to; empty for a directory. */
  readonly state: string;
}

/** The image was written to while it was read, and again while it was read anew. */
export class ImageChanged extends Error {
  override readonly name = 'ImageChanged';
}

export interface ImagePool {
  /** The architecture for which images are opened that hold several, under systemd's name: of the host named last, else of this machine. */
  readonly machine: () => string | undefined;
  /** Names the architecture of the host from now on; undefined where there is none or it is not known. */
  readonly openFor: (machine: string | undefined) => void;
  /**
   * Gives an image (absolute path) to `look` and returns what that returns. Where the image was written to meanwhile, it is opened and looked at once
   * more, so that no answer mixes old and new. Throws ImageError, ImageChanged, and what `look` throws of an image that stayed as it was.
   */
  readonly use: <T>(path: string, look: (image: OpenImage) => Promise<T>) => Promise<T>;
}

/** Raw images that are kept open, and milliseconds after which one that nobody looks at is closed. */
const limits = { open: 4, idle: 30_000 };

interface Entry extends OpenImage {
  readonly file: OpenFile;
  users: number;
  /** Nobody is to get it any more: it is closed by its last user. */
  stale: boolean;
  timer?: NodeJS.Timeout;
}

/** Creates a pool; it holds nothing until it is used. */
export function createImagePool(): ImagePool {
  const entries = new Map<string, Entry>();
  let machine = thisMachine;

  async function leave(entry: Entry, path: string) {
    entry.users--;
    if (entry.users > 0) return;
    if (entry.stale) return entry.file.close();
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => drop(path, entry), limits.idle);
    entry.timer.unref();
  }

  function drop(path: string, entry: Entry) {
    entry.stale = true;
    clearTimeout(entry.timer);
    if (entries.get(path) === entry) entries.delete(path);
    if (entry.users === 0) void entry.file.close().catch(() => {});
  }

  /** An open image in the state that its file is in now, with its user counted. */
  async function enter(path: string, state: string): Promise<Entry> {
    const known = entries.get(path);
    if (known?.state === state) {
      clearTimeout(known.timer);
      known.users++;
      entries.delete(path); // the least recently used is first
      entries.set(path, known);
      return known;
    }
    if (known) drop(path, known);
    const entry = await openEntry(path, state, () => machine);
    entry.users++;
    entries.set(path, entry);
    for (const [other, opened] of entries) {
      if (entries.size <= limits.open) break;
      if (other !== path) drop(other, opened);
    }
    return entry;
  }

  return {
    machine: () => machine,
    openFor(named) {
      machine = named ?? thisMachine;
    },
    async use(path, look) {
      const real = (await imageFiles.realpath(path)) ?? path;
      const stat = await imageFiles.stat(real);
      if (stat === undefined) throw new ImageError('io', 'it is not there');
      if (stat.kind === 'directory') {
        const tree = () => openDirectory(imageFiles, real);
        return look({ tree, directory: real, state: '' });
      }
      let { stamp } = stat;
      for (let attempt = 0; attempt < 2; attempt++) {
        const entry = await enter(real, stamp);
        const outcome = await look(entry).then(
          value => ({ value }),
          (error: unknown) => ({ error }),
        );
        const now = (await imageFiles.stat(real))?.stamp ?? '';
        if (now !== stamp) drop(real, entry);
        await leave(entry, real);
        if (now === stamp) {
          if ('error' in outcome) throw outcome.error;
          return outcome.value;
        }
        stamp = now;
      }
      throw new ImageChanged('it was written to while it was read');
    },
  };
}

async function openEntry(path: string, state: string, machine: () => string | undefined): Promise<Entry> {
  const file = await imageFiles.open(path);
  const trees = new Map<string, Promise<ImageTree>>();
  const tree = (partition?: number) => {
    const key = String(partition ?? machine());
    const known =
      trees.get(key) ?? (partition === undefined ? openRawImage(file, decompressors, machine()) : openPartition(file, partition));
    trees.set(key, known);
    return known;
  };
  return { tree, source: file, file, state, users: 0, stale: false };
}

async function openPartition(file: ByteSource, number: number): Promise<ImageTree> {
  const { partitions } = await readPartitions(file);
  const partition = partitions.find(each => each.number === number);
  if (!partition) throw new ImageError('io', `it has no partition ${number}`);
  return openRawImage(partitionSource(file, partition), decompressors);
}
