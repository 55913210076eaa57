import { type Compression, chooseDecompressor, type Decompressors, type Unpack as UnpackBlock } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import { roomFor } from '../room.ts';
import { Structure } from '../structure.ts';

/** Unpacks a stretch of a file, whole: `limit` is what it has unpacked, `compression` as extents number it, `into` as in Decompress. */
export type Unpack = (compression: number, packed: Uint8Array, limit: number, into?: Uint8Array) => Promise<Uint8Array>;

const compressions: readonly (Compression | undefined)[] = [undefined, 'gzip', 'lzo', 'zstd'];

/** Makes the unpacker for an image with sectors of so many bytes. What comes out may be shorter than `limit`: zeros follow. */
export function createUnpack(decompressors: Decompressors, sectorSize: number): Unpack {
  return async (number, packed, limit, into) => {
    const compression = compressions[number];
    if (!compression) throw new ImageError('unsupported', `a file in it is compressed in a way that is not known, number ${number}`);
    const decompress = chooseDecompressor(decompressors, compression);
    if (compression === 'lzo') return unpackLzo(packed, limit, sectorSize, decompress, into);
    return decompress(compression === 'zstd' ? zstdFrame(packed) : packed, limit, 'refuse', into);
  };
}

/**
 * btrfs's own frame around LZO: the length of all, then pieces with their lengths that unpack to a sector each; a length never crosses the
 * end of a sector, it begins with the next one instead. (Linux: fs/btrfs/lzo.c)
 */
async function unpackLzo(
  packed: Uint8Array,
  limit: number,
  sectorSize: number,
  decompress: UnpackBlock,
  into: Uint8Array | undefined,
): Promise<Uint8Array> {
  const raw = new Structure(packed, 'little-endian');
  const end = raw.u32(0);
  if (end > packed.length) throw new ImageError('corrupt', `a part of a file has ${end} bytes packed, in ${packed.length}`);
  const out = roomFor(limit, into);
  let to = 0;
  for (let at = 4; at < end && to < limit; ) {
    const left = sectorSize - (at % sectorSize);
    if (left < 4) {
      at += left;
      continue;
    }
    const length = raw.u32(at);
    const most = Math.min(sectorSize, limit - to);
    const piece = await decompress(raw.bytes(at + 4, length), most, 'refuse', out.subarray(to, to + most));
    if (piece.buffer !== out.buffer) out.set(piece, to);
    to += piece.length;
    if (piece.length === 0) throw new ImageError('corrupt', 'a part of a file unpacks to nothing');
    at += 4 + length;
  }
  return out.subarray(0, to);
}

const zstdMagic = 0xfd2f_b528;

/** A zstd frame without the zeros that fill its last sector: decompressors take them for another frame. (RFC 8878, section 3.1.1) */
export function zstdFrame(packed: Uint8Array): Uint8Array {
  const raw = new Structure(packed, 'little-endian');
  if (raw.u32(0) !== zstdMagic) throw new ImageError('corrupt', 'a part of a file is not compressed with zstd as it should be');
  const descriptor = raw.u8(4);
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  let at = 5 + (1 - single) + dictionary + contentSize;
  for (let last = false; !last; ) {
    const head = raw.u16(at) | (raw.u8(at + 2) << 16);
    last = (head & 1) === 1;
    const repeated = ((head >> 1) & 3) === 1;
    at += 3 + (repeated ? 1 : head >> 3);
  }
  return raw.bytes(0, at + ((descriptor >> 2) & 1 ? 4 : 0));
}
