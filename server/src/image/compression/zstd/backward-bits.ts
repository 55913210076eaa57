/** Bits that were written from the first byte on and are read from the last one back; the highest bit that is set in it only marks their end. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Bits that are left; below zero once more were taken than there are: those are zeros. */
  left: number;

  /** Throws where there is no mark. */
  constructor(bytes: Uint8Array) {
    const last = bytes[bytes.length - 1] ?? 0;
    if (last === 0) throw new Error('a Zstandard bit stream has no end mark');
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = bytes.length * 8 - 8 + (31 - Math.clz32(last));
  }

  /** The next bits as a number, at most 25, without taking them. */
  peek(count: number): number {
    const at = this.left - count;
    if (at < 0) return this.left <= 0 ? 0 : (this.#at(0) & ((1 << this.left) - 1)) << -at;
    return (this.#at(at >> 3) >>> (at & 7)) & ((1 << count) - 1);
  }

  /** The next bits as a number, at most 25. */
  take(count: number): number {
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  #at(index: number): number {
    const bytes = this.#bytes;
    if (index + 3 < bytes.length) return this.#view.getInt32(index, true);
    return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16);
  }
}
