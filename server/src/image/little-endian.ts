import { ImageError } from './image-error.ts';

/** Fields of a structure in little-endian order, in turn. */
export interface Fields {
  u16(): number;
  i16(): number;
  u32(): number;
  /** Throws `corrupt` above 2^53: no file is that long. */
  u64(): number;
  bytes(length: number): Uint8Array;
  skip(length: number): void;
  /** Bytes that are left. */
  left(): number;
}

/** Reads fields from the start of some bytes. Reading past their end throws `corrupt`. */
export function fieldsOf(bytes: Uint8Array): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const take = (length: number) => {
    if (length > view.byteLength - position) throw new ImageError('corrupt', 'a structure ends too early');
    position += length;
    return position - length;
  };
  return {
    u16: () => view.getUint16(take(2), true),
    i16: () => view.getInt16(take(2), true),
    u32: () => view.getUint32(take(4), true),
    u64() {
      const value = Number(view.getBigUint64(take(8), true));
      if (!Number.isSafeInteger(value)) throw new ImageError('corrupt', `an offset or length is ${value}`);
      return value;
    },
    bytes(length) {
      const at = take(length);
      return bytes.subarray(at, at + length);
    },
    skip: length => void take(length),
    left: () => view.byteLength - position,
  };
}
