/** Buffers that are kept for the next one who needs one: what is read and thrown away again and again would otherwise wait to be collected. */

/** The largest buffer that is kept, in bytes. */
const largest = 1 << 20;
let kept: Uint8Array | undefined;

/** Lends `use` a buffer of so many bytes, with anything in it, until its promise is settled: nothing may refer to it after that. */
export async function withScratch<T>(length: number, use: (scratch: Uint8Array) => Promise<T>): Promise<T> {
  const whole = kept && kept.length >= length ? kept : new Uint8Array(length);
  if (whole === kept) kept = undefined;
  try {
    return await use(whole.subarray(0, length));
  } finally {
    if (whole.length <= largest && whole.length > (kept?.length ?? 0)) kept = whole;
  }
}
