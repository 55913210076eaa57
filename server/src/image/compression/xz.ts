import type { Beyond } from '../compression.ts';
import { roomFor } from '../room.ts';
import { crc32 } from './crc32.ts';
import { decodeLzma2 } from './lzma2.ts';
import { undoDelta, undoFilters, type XzFilter } from './xz-filters.ts';

const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const headerSize = 12;
const lzma2Id = 0x21;
const deltaId = 3;
/** Bytes of the check behind a block, by its number in the stream's header; 1 is CRC32, the only one that is looked at. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const crc32Check = 1;

/**
 * Unpacks one .xz stream into at most `limit` bytes; what follows the blocks (the index) is not looked at. Throws where it is bad, holds more, or
 * uses a filter that is unknown. `into` is as in Decompress. (The .xz file format, 1.2)
 */
export function xzStream(packed: Uint8Array, limit: number, _beyond?: Beyond, into?: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (magic.some((byte, i) => packed[i] !== byte)) throw new Error('it is no xz stream');
  if (view.getUint32(8, true) !== crc32(packed.subarray(6, 8))) throw new Error('an xz header has another checksum');
  const check = view.getUint8(7);
  if (view.getUint8(6) !== 0 || check > 15) throw new Error(`xz flags of ${check}`);

  const out = roomFor(limit, into);
  let at = headerSize;
  let to = 0;
  for (;;) {
    const size = view.getUint8(at);
    if (size === 0) return out.subarray(0, to); // the index
    const filters = blockHeader(packed.subarray(at, at + (size + 1) * 4));
    at += (size + 1) * 4;
    const block = decodeLzma2(packed, at, out, to);
    const bytes = out.subarray(to, block.to);
    for (const filter of filters.reverse()) {
      if (filter.id === deltaId) undoDelta(bytes, filter.start);
      else undoFilters[filter.id]?.(bytes, filter.start);
    }
    at = at + Math.ceil((block.at - at) / 4) * 4;
    if (check === crc32Check && view.getUint32(at, true) !== crc32(bytes)) throw new Error('an xz block has another checksum');
    at += checkSizes[check] ?? 0;
    to = block.to;
  }
}

/** The filters of a block before LZMA2, which must be its last. */
function blockHeader(header: Uint8Array): XzFilter[] {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const end = header.length - 4;
  if (end < 4 || view.getUint32(end, true) !== crc32(header.subarray(0, end))) throw new Error('an xz block header has another checksum');
  let at = 2;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Error('an xz number is too long');
  };
  const flags = view.getUint8(1);
  if (flags & 0x3c) throw new Error(`xz block flags of ${flags}`);
  if (flags & 0x40) number(); // sizes, which the data tell, too
  if (flags & 0x80) number();
  const filters: XzFilter[] = [];
  for (let left = flags & 3; left >= 0; left--) {
    const id = number();
    const length = number();
    if (at + length > end) throw new Error('an xz block header ends too early');
    if (left === 0 ? id !== lzma2Id : id !== deltaId && !undoFilters[id]) throw new Error(`the xz filter ${id} is unknown`);
    if (left > 0) filters.push({ id, start: id === deltaId ? view.getUint8(at) + 1 : length === 4 ? view.getUint32(at, true) : 0 });
    at += length;
  }
  return filters;
}
