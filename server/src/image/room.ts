/** Room for `length` bytes, with anything in it: in `into`, where there is one, which has as much. */
export const roomFor = (length: number, into?: Uint8Array): Uint8Array => into?.subarray(0, length) ?? new Uint8Array(length);
