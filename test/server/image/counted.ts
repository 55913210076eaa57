import type { ByteSource } from '../../../server/src/image/byte-source.ts';

/** The same bytes; `taken` tells how many of them were read so far. */
export function counted(source: ByteSource): ByteSource & { readonly taken: number } {
  let taken = 0;
  return {
    size: source.size,
    read(offset, length, into) {
      taken += length;
      return source.read(offset, length, into);
    },
    get taken() {
      return taken;
    },
  };
}
