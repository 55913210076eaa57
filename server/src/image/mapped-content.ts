import { type ByteSource, zeros } from './byte-source.ts';
import { gathering } from './gathering.ts';
import { ImageError } from './image-error.ts';
import { type FileNode, maxRead } from './image-tree.ts';

/** A stretch of a file that lies in one piece; `start` is its offset in the source, undefined where the file has a hole: zeros. In bytes. */
export interface Run {
  readonly start: number | undefined;
  readonly length: number;
}

/** The stretch that holds the byte at `offset` of a file: begins there and ends anywhere later, also behind the file's end. */
export type Locate = (offset: number) => Promise<Run>;

/** A file's `read` (see FileNode), for file systems that keep a file as it is, in pieces. */
export function mappedContent(source: ByteSource, size: number, locate: Locate): FileNode['read'] {
  return async (offset, length, into) => {
    const end = Math.min(size, offset + Math.min(length, maxRead));
    if (offset >= end) return new Uint8Array();
    const first = await locate(offset);
    if (first.start !== undefined && first.length >= end - offset) return source.read(first.start, end - offset, into);
    const out = zeros(end - offset, into);
    const reads = gathering(source);
    for (let at = offset, run = first; ; run = await locate(at)) {
      const here = Math.min(run.length, end - at);
      if (here <= 0) throw new ImageError('corrupt', `a file has no place for its byte ${at}`);
      if (run.start !== undefined) await reads.copy(run.start, out.subarray(at - offset, at - offset + here));
      at += here;
      if (at >= end) break;
    }
    await reads.finish();
    return out;
  };
}
