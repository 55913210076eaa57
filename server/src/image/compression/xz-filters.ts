/**
 * What xz does to machine code before it compresses it, undone: a branch holds the distance to its target, and the filter wrote the target itself
 * in its place, since calls to one function then look alike. All work in place and never change the length. (The .xz file format, 5.3.2;
 * the encodings are those of the instruction sets)
 */

/** A filter of a block: its number, and the offset at which it began to count, for delta the distance. */
export interface XzFilter {
  readonly id: number;
  readonly start: number;
}

/** Undoes a filter that counted from `start` on. */
type Undo = (bytes: Uint8Array, start: number) => void;

/** Each byte was stored as the difference to the one `distance` bytes before it. */
export function undoDelta(bytes: Uint8Array, distance: number): void {
  for (let i = distance; i < bytes.length; i++) bytes[i] = (bytes[i] ?? 0) + (bytes[i - distance] ?? 0);
}

/** A filter over words of four bytes: gets one and its place, returns what it was. */
const words =
  (littleEndian: boolean, undo: (word: number, place: number) => number): Undo =>
  (bytes, start) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i + 4 <= bytes.length; i += 4) {
      const word = view.getInt32(i, littleEndian);
      const was = undo(word, start + i);
      if (was !== word) view.setInt32(i, was, littleEndian);
    }
  };

const powerpc = words(false, (word, place) =>
  (word & 0xfc00_0003) === 0x4800_0001 ? 0x4800_0001 | (((word & 0x03ff_fffc) - place) & 0x03ff_fffc) : word,
);

const arm = words(true, (word, place) => (word >>> 24 === 0xeb ? 0xeb00_0000 | ((word - ((place + 8) >>> 2)) & 0xff_ffff) : word));

const sparc = words(false, (word, place) => {
  const kind = word >>> 22;
  if (kind !== 0x100 && kind !== 0x1ff) return word;
  const distance = ((word << 2) - place) >>> 2;
  // 22 bits and their sign, spread over the rest of the field
  return 0x4000_0000 | ((0 - (distance & 0x40_0000)) & 0x3fff_ffff) | (distance & 0x3f_ffff);
});

const arm64 = words(true, (word, place) => {
  if (word >>> 26 === 0x25) return 0x9400_0000 | ((word - (place >>> 2)) & 0x03ff_ffff);
  if ((word & 0x9f00_0000) >>> 0 !== 0x9000_0000) return word;
  const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1f_fffc);
  if ((page + 0x2_0000) & 0x1c_0000) return word; // only pages within 512 MiB were changed
  const distance = page - (place >>> 12);
  return (word & 0x9000_001f) | ((distance & 3) << 29) | ((distance & 0x3_fffc) << 3) | ((0 - (distance & 0x2_0000)) & 0xe0_0000);
});

/** Two half words: 11 bits of the target in each. */
const armThumb: Undo = (bytes, start) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i + 4 <= bytes.length; i += 2) {
    const high = view.getUint16(i, true);
    if (high >>> 11 !== 0x1e) continue;
    const low = view.getUint16(i + 2, true);
    if (low >>> 11 !== 0x1f) continue;
    const distance = ((((high & 0x7ff) << 11) | (low & 0x7ff)) - ((start + i + 4) >>> 1)) & 0x3f_ffff;
    view.setUint16(i, 0xf000 | (distance >>> 11), true);
    view.setUint16(i + 2, 0xf800 | (distance & 0x7ff), true);
    i += 2;
  }
};

/** Which of the three slots of a bundle hold branches, a bit each, by the template in its low five bits. */
const ia64Slots = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];

/** Bundles of 16 bytes: a template of five bits and three instructions of 41 bits. */
const ia64: Undo = (bytes, start) => {
  for (let i = 0; i + 16 <= bytes.length; i += 16) {
    const slots = ia64Slots[(bytes[i] ?? 0) & 31] ?? 0;
    for (let slot = 0; slot < 3; slot++) {
      if (!((slots >>> slot) & 1)) continue;
      const bit = 5 + 41 * slot;
      const at = i + (bit >>> 3);
      const shift = BigInt(bit & 7);
      let word = 0n;
      for (let j = 5; j >= 0; j--) word = (word << 8n) | BigInt(bytes[at + j] ?? 0);
      const code = word >> shift;
      if (((code >> 37n) & 15n) !== 5n || ((code >> 9n) & 7n) !== 0n) continue;
      const target = (((code >> 13n) & 0xf_ffffn) | (((code >> 36n) & 1n) << 20n)) << 4n;
      const distance = BigInt.asUintN(32, target - BigInt(start + i)) >> 4n;
      const fields = 0x8f_ffffn << 13n; // bits 13 to 32 and 36
      const changed = (code & ~fields) | ((distance & 0xf_ffffn) << 13n) | (((distance >> 20n) & 1n) << 36n);
      word = (word & ((1n << shift) - 1n)) | (changed << shift);
      for (let j = 0; j < 6; j++) bytes[at + j] = Number((word >> BigInt(8 * j)) & 0xffn);
    }
  }
};

/** By which bytes before a call looked like one, too: whether this may still be one, and which byte of it decides. */
const x86Allowed = [true, true, true, false, true, false, false, false];
const x86Byte = [0, 1, 2, 2, 3, 3, 3, 3];
const isSign = (byte: number): boolean => byte === 0 || byte === 0xff;

/** Calls and jumps, e8 and e9, whose target's upper byte is all zeros or all ones. */
const x86: Undo = (bytes, start) => {
  let last = -1;
  let seen = 0;
  for (let i = 0; i + 5 <= bytes.length; i++) {
    if (((bytes[i] ?? 0) & 0xfe) !== 0xe8) continue;
    const gap = i - last;
    last = i;
    if (gap > 3) seen = 0;
    else {
      seen = (seen << (gap - 1)) & 7;
      if (seen !== 0 && (!x86Allowed[seen] || isSign(bytes[i + 4 - (x86Byte[seen] ?? 0)] ?? 0))) {
        seen = ((seen << 1) | 1) & 7;
        continue;
      }
    }
    if (!isSign(bytes[i + 4] ?? 0)) {
      seen = ((seen << 1) | 1) & 7;
      continue;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + i + 1, 4);
    const shift = 8 * (x86Byte[seen] ?? 0);
    let target = view.getInt32(0, true);
    let distance: number;
    for (;;) {
      distance = (target - (start + i + 5)) | 0;
      if (seen === 0 || !isSign((distance >>> (24 - shift)) & 0xff)) break;
      target = distance ^ (2 ** (32 - shift) - 1);
    }
    view.setInt32(0, (distance & 0x1ff_ffff) | (0 - (distance & 0x100_0000)), true);
    i += 4;
    last = i;
    seen = 0;
  }
};

/** JAL with its scattered bits, and pairs of AUIPC and an instruction that uses it, which the filter packed into one of register x2. */
const riscv: Undo = (bytes, start) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i + 8 <= bytes.length; i += 2) {
    const word = view.getUint32(i, true);
    if ((word & 0xff) === 0xef) {
      if (word & 0xd00) continue; // only x1 and x5 as return addresses
      const target = ((word << 5) & 0x1e_0000) | ((word >>> 7) & 0x1_fe00) | ((word >>> 23) & 0x1fe);
      const to = target - (start + i);
      const field = ((to & 0x10_0000) << 11) | ((to & 0x7fe) << 20) | ((to & 0x800) << 9) | (to & 0xf_f000);
      view.setInt32(i, (word & 0xfff) | field, true);
      i += 2;
    } else if ((word & 0x7f) === 0x17) {
      const second = view.getUint32(i + 4, true);
      if (word & 0xe80) {
        if (((word << 8) ^ (second - 3)) & 0xf_8003) i += 4;
        else {
          view.setInt32(i, 0x117 | (second << 12), true);
          view.setInt32(i + 4, (word & 0xffff_f000) + (second >>> 20), true);
          i += 6;
        }
      } else {
        const register = word >>> 27;
        if ((word & 0x3fff) !== 0x3117 || (register & 0x1d) === 0) i += 2;
        else {
          const to = (view.getUint32(i + 4, false) - (start + i)) | 0;
          view.setInt32(i, 0x17 | (register << 7) | ((to + 0x800) & 0xffff_f000), true);
          view.setInt32(i + 4, (word >>> 12) | (to << 20), true);
          i += 6;
        }
      }
    }
  }
};

/** How to undo each filter, by its number. */
export const undoFilters: Readonly<Record<number, Undo>> = {
  4: x86,
  5: powerpc,
  6: ia64,
  7: arm,
  8: armThumb,
  9: sparc,
  10: arm64,
  11: riscv,
};
