import { createBlockCache } from '../block-cache.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Unpack } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { roomFor } from '../room.ts';
import { withScratch } from '../scratch.ts';
import type { Region } from './superblock.ts';

/** Bytes of a metadata block, unpacked; only the last one of a table may be shorter. */
export const metadataBlockSize = 8192;
/** Set in a block's header where it is stored as it is. */
const storedBit = 0x8000;
/** Bytes of unpacked metadata that are kept. */
const cacheSize = 2 << 20;

/** A place in a table's unpacked bytes that moves on as it reads. */
export interface MetadataCursor {
  /** The next `length` bytes, perhaps in `into`, which has room for them. Throws `corrupt` at the table's end. The caller bounds the length. */
  read(length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Gives cursors: in a region of the image, from the block at `block` (absolute) and the byte `offset` of it on. */
export type OpenMetadata = (region: Region, block: number, offset: number) => MetadataCursor;

interface MetadataBlock {
  readonly bytes: Uint8Array;
  /** Where the block after it begins. */
  readonly next: number;
}

/** Makes the reader of an image's metadata blocks: two bytes of header, then up to 8 KiB, packed or stored. */
export function metadataReader(source: ByteSource, unpack: Unpack): OpenMetadata {
  const cache = createBlockCache<MetadataBlock>(cacheSize, block => block.bytes.length);

  /** A block, of its own memory or in `into`. */
  const read = async (region: Region, at: number, into?: Uint8Array): Promise<MetadataBlock> => {
    if (at < region.start || at > region.end - 3)
      throw new ImageError('corrupt', `it refers to a metadata block outside its table, at ${at}`);
    // header and block in one go, as far as the region goes
    return withScratch(Math.min(2 + metadataBlockSize, region.end - at), async scratch => {
      const bytes = await source.read(at, scratch.length, scratch);
      const header = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
      const length = header & ~storedBit;
      if (length === 0 || length > bytes.length - 2)
        throw new ImageError('corrupt', `the metadata block at ${at} has a length of ${length}`);
      const packed = bytes.subarray(2, 2 + length);
      return {
        bytes: header & storedBit ? packed.slice() : await unpack(packed, metadataBlockSize, 'refuse', into),
        next: at + 2 + length,
      };
    });
  };

  return (region, first, start) => {
    let block = first;
    let offset = start;
    return {
      async read(length, into) {
        if (length === 0) return new Uint8Array();
        let all: Uint8Array | undefined;
        for (let done = 0; ; ) {
          // a whole block of what is long goes where it belongs, and is not kept
          const room =
            all && length - done >= metadataBlockSize && !cache.has(block) ? all.subarray(done, done + metadataBlockSize) : undefined;
          const { bytes, next } = room ? await read(region, block, room) : await cache.get(block, () => read(region, block));
          if (offset >= bytes.length && bytes.length < metadataBlockSize)
            throw new ImageError('corrupt', 'a metadata table ends too early');
          if (offset > bytes.length) throw new ImageError('corrupt', `it refers to byte ${offset} of a metadata block`);
          const part = bytes.subarray(offset, offset + length - done);
          offset += part.length;
          if (part.length === length) return part;
          // what is long is copied at once, so that its blocks can be forgotten
          all ??= roomFor(length, into);
          all.set(part, done);
          done += part.length;
          if (done === length) return all;
          block = next;
          offset = 0;
        }
      },
    };
  };
}
