import { ImageError } from './image-error.ts';

/**
 * Numbers and bytes at given places of a structure, in the byte order of its file system; for structures whose fields are looked up rather
 * than taken in turn (see little-endian.ts for those). Reading outside throws `corrupt`.
 */
export class Structure {
  readonly all: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, order: 'little-endian' | 'big-endian') {
    this.all = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = order === 'little-endian';
  }

  /** Bytes. */
  get size(): number {
    return this.all.length;
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#check(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#check(at, 2), this.#little);
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#check(at, 4), this.#little);
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#check(at, 4), this.#little);
  }

  /** Throws `corrupt` above 2^53: no file is that long. */
  u64(at: number): number {
    const high = this.u32(this.#little ? at + 4 : at);
    const low = this.u32(this.#little ? at : at + 4);
    if (high >= 0x20_0000) throw new ImageError('corrupt', `an offset, length or number is ${this.big(at)}`);
    return high * 0x1_0000_0000 + low;
  }

  /** 64 bits that may be any number. */
  big(at: number): bigint {
    return this.#view.getBigUint64(this.#check(at, 8), this.#little);
  }

  bytes(at: number, length: number): Uint8Array {
    return this.all.subarray(this.#check(at, length), at + length);
  }

  /** A part as a structure of its own. */
  part(at: number, length: number): Structure {
    return new Structure(this.bytes(at, length), this.#little ? 'little-endian' : 'big-endian');
  }

  #check(at: number, length: number): number {
    if (at < 0 || length < 0 || at + length > this.all.length) throw new ImageError('corrupt', 'a structure ends too early');
    return at;
  }
}
