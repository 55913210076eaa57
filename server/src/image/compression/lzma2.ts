import { decodeLzma, type LzmaState, lzmaState, resetState } from './lzma.ts';

/** Where an LZMA2 stream ended: in the packed bytes, and in the output. */
export interface Lzma2End {
  readonly at: number;
  readonly to: number;
}

/**
 * Unpacks LZMA2 from `at` on into `out` from `from` on: chunks, stored or packed, until a zero byte. Throws where it is bad or does not fit. The
 * control byte: 1 stored, after a reset of the dictionary; 2 stored; from 0x80 on packed, with what is reset in bits 5 and 6.
 */
export function decodeLzma2(packed: Uint8Array, start: number, out: Uint8Array, from: number): Lzma2End {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let lzma: LzmaState | undefined;
  let properties = -1;
  let base: number | undefined;
  let at = start;
  let to = from;
  for (;;) {
    // a DataView throws where the bytes end
    const control = view.getUint8(at++);
    if (control === 0) return { at, to };
    if (control > 2 && control < 0x80) throw new Error(`an LZMA2 chunk of kind ${control}`);
    if (control === 1 || control >= 0xe0) base = to;
    if (base === undefined) throw new Error('the first LZMA2 chunk has no new dictionary');

    if (control < 0x80) {
      const size = view.getUint16(at) + 1;
      at += 2;
      if (size > packed.length - at || size > out.length - to) throw new Error('an LZMA2 chunk is too long');
      out.set(packed.subarray(at, at + size), to);
      at += size;
      to += size;
      continue;
    }
    const size = ((control & 0x1f) << 16) + view.getUint16(at) + 1;
    const packedSize = view.getUint16(at + 2) + 1;
    at += 4;
    if (control >= 0xc0) {
      const stated = view.getUint8(at++);
      if (lzma && stated === properties) resetState(lzma);
      else lzma = lzmaState(stated);
      if (lzma.lc + lzma.lp > 4) throw new Error(`LZMA2 properties of ${stated}`);
      properties = stated;
    } else if (!lzma) throw new Error('the first LZMA2 chunk has no properties');
    else if (control >= 0xa0) resetState(lzma);
    const end = at + packedSize;
    if (packedSize < 5 || end > packed.length || size > out.length - to) throw new Error('an LZMA2 chunk is too long');
    const reached = decodeLzma(lzma, { packed, at: at + 1, end, out, base, from: to, until: to + size, beyond: 'refuse' });
    if (reached.marked || reached.at !== end || reached.code !== 0) throw new Error('an LZMA2 chunk does not end where it should');
    at = end;
    to += size;
  }
}
