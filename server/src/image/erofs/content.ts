import { ImageError } from '../image-error.ts';
import { type FileNode, maxRead } from '../image-tree.ts';
import { mapCompressed } from './compressed.ts';
import type { Inode } from './inode.ts';
import { mapChunks, mapInlineTail, mapPlain } from './plain.ts';
import type { UnpackCluster } from './unpack.ts';
import type { Extent, ExtentMap, Volume } from './volume.ts';

/** An inode's content by offset and length (see FileNode). */
export type ReadContent = FileNode['read'];

/** What else the content of a file is read with. */
interface ContentParts {
  readonly unpack: UnpackCluster;
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

  const readExtent = async (extent: Extent, from: number, length: number): Promise<Uint8Array | undefined> => {
    switch (extent.kind) {
      case 'hole':
        return undefined;
      case 'stored':
        return extent.source.read(extent.at + from, length);
      case 'fragment':
        return (await packedFile())(extent.at + from, length);
      case 'packed':
        return (await unpack(extent.cluster, extent.length)).subarray(from, from + length);
    }
  };

  return async (offset, length) => {
    const end = Math.min(inode.size, offset + Math.min(length, maxRead));
    if (offset >= end) return new Uint8Array();
    map ??= (async () => maps[inode.layout](volume, inode))();
    const extentAt = await map;
    let out: Uint8Array | undefined;
    for (let at = offset; at < end; ) {
      const extent = await extentAt(at);
      const until = Math.min(end, extent.start + extent.length);
      if (at < extent.start || at >= until) throw new ImageError('corrupt', `a file has no place for its byte ${at}`);
      const part = await readExtent(extent, at - extent.start, until - at);
      if (part && part.length !== until - at) throw new ImageError('corrupt', 'the end of a file lies outside the file of ends');
      if (part && at === offset && until === end) return part;
      out ??= new Uint8Array(end - offset);
      if (part) out.set(part, at - offset);
      at = until;
    }
    return out ?? new Uint8Array(end - offset);
  };
}
