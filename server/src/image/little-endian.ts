import { ImageError } from './image-error.ts';

/** Fields of a structure in little-endian order, taken in turn. Reading past the end throws `corrupt`. A class, for it is made per inode. */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** Throws `corrupt` above 2^53: no file is that long. */
  u64(): number {
    const value = this.big();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImageError('corrupt', `an offset or length is ${value}`);
    return Number(value);
  }

  /** 64 bits that are not an offset or length. */
  big(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  #take(length: number): number {
    if (length > this.left) throw new ImageError('corrupt', 'a structure ends too early');
    this.#position += length;
    return this.#position - length;
  }
}
