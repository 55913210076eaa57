import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import type { Inode } from './inode.ts';
import type { Superblock } from './superblock.ts';

/** What a file's content is read from. */
export interface Volume {
  readonly superblock: Superblock;
  /** The image, no further than it says that it goes. */
  readonly image: ByteSource;
  /** What an inode lies in: the image, or what the compressed metadata unpacks to. */
  readonly metadataOf: (inode: Pick<Inode, 'inMetabox'>) => Promise<ByteSource>;
}

/** A stretch of a file that is all of one kind, in bytes. */
export type Extent = { readonly start: number; readonly length: number } & (
  | { readonly kind: 'hole' }
  /** As it is, from `at` on. */
  | { readonly kind: 'stored'; readonly source: ByteSource; readonly at: number }
  /** From `at` on in the file of ends. */
  | { readonly kind: 'fragment'; readonly at: number }
  | { readonly kind: 'packed'; readonly cluster: Cluster }
);

/** The most content that one compressed cluster may hold, in bytes. (Linux: Z_EROFS_PCLUSTER_MAX_DSIZE) */
export const maxUnpackedCluster = 12 << 20;

/** Compressed bytes. */
export interface Cluster {
  readonly source: ByteSource;
  readonly at: number;
  readonly length: number;
  /** The number of the algorithm. */
  readonly algorithm: number;
  /** Whether it unpacks to more than is wanted of it. */
  readonly partial: boolean;
}

/** The extent of a file that holds the byte at an offset within its size. */
export type ExtentMap = (offset: number) => Promise<Extent>;

/** The error for bytes outside the image; with further devices they may well exist (seen: systemd-dissect gets an input/output error). */
export function outside(superblock: Superblock, at: number): ImageError {
  return superblock.deviceMask === 0
    ? new ImageError('corrupt', `it refers to data outside the image, at ${at}`)
    : new ImageError(
        'unsupported',
        'a file has its data on another device, in another file than the image: systemd mounts the image without it, and then fails to read the file, too',
      );
}

/** `value`, or the next multiple of `unit`. */
export const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
