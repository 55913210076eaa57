import { readInto } from '../byte-source.ts';
import { gathering } from '../gathering.ts';
import { ImageError } from '../image-error.ts';
import { type FileNode, maxRead } from '../image-tree.ts';
import { roomFor } from '../room.ts';
import { mapCompressed } from './compressed.ts';
import type { Inode } from './inode.ts';
import { mapChunks, mapInlineTail, mapPlain } from './plain.ts';
import type { UnpackClusters } from './unpack.ts';
import type { Extent, ExtentMap, Volume } from './volume.ts';

/** An inode's content by offset and length (see FileNode). */
export type ReadContent = FileNode['read'];

/** What else the content of a file is read with. */
interface ContentParts {
  readonly unpack: UnpackClusters;
  /** The file of ends. Throws `corrupt` where there is none. */
  readonly packedFile: () => Promise<ReadContent>;
}

const maps: Readonly<Record<Inode['layout'], (volume: Volume, inode: Inode) => ExtentMap | Promise<ExtentMap>>> = {
  plain: mapPlain,
  'inline tail': mapInlineTail,
  chunks: mapChunks,
  'full index': mapCompressed,
  'compact index': mapCompressed,
};

/** Makes the reader of a file's content. */
export function contentReader(volume: Volume, { unpack, packedFile }: ContentParts, inode: Inode): ReadContent {
  let map: Promise<ExtentMap> | undefined;

  return async (offset, length, into) => {
    const end = Math.min(inode.size, offset + Math.min(length, maxRead));
    if (offset >= end) return new Uint8Array();
    map ??= (async () => maps[inode.layout](volume, inode))();
    const extentAt = await map;
    const out = roomFor(end - offset, into);
    const reads = gathering(volume.image);

    /** Copies what lies from `from` on in an extent, until `part` is full. */
    const copyExtent = async (extent: Extent, from: number, part: Uint8Array): Promise<void> => {
      switch (extent.kind) {
        case 'hole':
          part.fill(0);
          return;
        case 'stored':
          if (extent.source === volume.image) return reads.copy(extent.at + from, part);
          return readInto(extent.source, extent.at + from, part);
        case 'fragment': {
          const bytes = await (await packedFile())(extent.at + from, part.length, part);
          if (bytes.length !== part.length) throw new ImageError('corrupt', 'the end of a file lies outside the file of ends');
          return;
        }
        case 'packed': {
          const { cluster, length: content } = extent;
          // what is wanted only in part will be asked for again
          if (part.length < content || cluster.source !== volume.image) return unpack.copy(cluster, content, from, part);
          unpack.check(cluster);
          return reads.hand(cluster.at, cluster.length, raw => unpack.into(cluster, raw, part));
        }
      }
    };

    for (let at = offset; at < end; ) {
      const extent = await extentAt(at);
      const until = Math.min(end, extent.start + extent.length);
      if (at < extent.start || at >= until) throw new ImageError('corrupt', `a file has no place for its byte ${at}`);
      await copyExtent(extent, at - extent.start, out.subarray(at - offset, until - offset));
      at = until;
    }
    await reads.finish();
    return out;
  };
}
