import type { Beyond } from '../compression.ts';
import { roomFor } from '../room.ts';
import { decodeLzma, lzmaState } from './lzma.ts';

const headerSize = 13;
/** The size in a header whose writer did not know it: the data ends with a mark. */
const unknownSize = 0xffff_ffff_ffff_ffffn;

/** Unpacks a classic .lzma stream, as squashfs uses it: properties, size of the dictionary, size of the data. Throws where it is bad or holds more than `limit`. */
export function lzmaStream(packed: Uint8Array, limit: number): Uint8Array {
  if (packed.length < headerSize + 5) throw new Error('an LZMA stream ends too early');
  const stated = new DataView(packed.buffer, packed.byteOffset).getBigUint64(5, true);
  const known = stated !== unknownSize;
  if (known && stated > BigInt(limit)) throw new Error('an LZMA stream holds too much');
  const size = known ? Number(stated) : limit;
  // one byte more shows whether there is more than may be
  const bytes = lzmaRaw(packed.subarray(headerSize), packed[0] ?? 0, known ? size : size + 1, known ? 'size' : 'mark');
  if (bytes.length > limit) throw new Error('an LZMA stream holds too much');
  return bytes;
}

/** How LZMA data without a header ends: at a size that is known, or at a mark before it. */
export type LzmaEnding = 'size' | 'mark';

/** Unpacks raw LZMA data with given properties, (pb * 5 + lp) * 9 + lc. Throws where it is bad or does not end as stated. */
export function lzmaRaw(packed: Uint8Array, properties: number, size: number, ending: LzmaEnding): Uint8Array {
  if (packed[0] !== 0) throw new Error('LZMA data begins with something else than zero');
  const out = new Uint8Array(size);
  const stretch = { packed, at: 1, end: packed.length, out, base: 0, from: 0, until: size, beyond: 'refuse' } as const;
  const { to, marked } = decodeLzma(lzmaState(properties), stretch);
  if (ending === 'mark' ? !marked && to === size : to < size) throw new Error('LZMA data does not end where it should');
  return out.subarray(0, to);
}

/**
 * Unpacks MicroLZMA, as erofs uses it: LZMA data whose first byte, always zero, is replaced by the complement of its properties. It does not say
 * where it ends, so `limit` is the size to expect; with `beyond: 'cut'` it may hold more.
 */
export function microLzma(packed: Uint8Array, limit: number, beyond: Beyond = 'refuse', into?: Uint8Array): Uint8Array {
  const out = roomFor(limit, into);
  const stretch = { packed, at: 1, end: packed.length, out, base: 0, from: 0, until: limit, beyond } as const;
  const { to } = decodeLzma(lzmaState(~(packed[0] ?? 0) & 0xff), stretch);
  return out.subarray(0, to);
}
