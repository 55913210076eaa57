import type { ByteSource } from '../byte-source.ts';
import { ImageError } from '../image-error.ts';
import type { Extent } from './volume.ts';

/** Content in a cluster that is not compressed. */
interface StoredContent {
  readonly start: number;
  readonly length: number;
  /** A byte of it that the extent must hold. */
  readonly offset: number;
  /** The size of blocks, where the beginning of the content is at the end of the cluster: as if content went round in blocks. */
  readonly interlaced: number | undefined;
}

/** The extent of content in a cluster that is not compressed. Throws `corrupt` where it is too short. (Linux: z_erofs_transform_plain) */
export function storedExtent(cluster: { source: ByteSource; at: number; length: number }, content: StoredContent): Extent {
  const { source, at } = cluster;
  const { start, length, offset, interlaced } = content;
  if (length > cluster.length) throw new ImageError('corrupt', `a cluster of ${cluster.length} bytes should hold ${length}`);
  const first = interlaced === undefined ? 0 : interlaced - (start % interlaced);
  if (first === 0 || first > cluster.length) return { kind: 'stored', source, at, start, length };
  if (offset < start + first) return { kind: 'stored', source, at: at + cluster.length - first, start, length: Math.min(first, length) };
  return { kind: 'stored', source, at, start: start + first, length: length - first };
}
