import { createBlockCache } from '../block-cache.ts';
import { type ByteSource, checkRange } from '../byte-source.ts';

const pageSize = 16 * 1024;
/** Bytes that are kept. */
const cacheSize = 1 << 20;

/** A source read in pages that are kept for a while: for many small reads near each other. */
export function pagedSource(source: ByteSource): ByteSource {
  const { size } = source;
  const pages = createBlockCache<Uint8Array>(cacheSize, page => page.length);
  const page = (index: number) => pages.get(index, () => source.read(index * pageSize, Math.min(pageSize, size - index * pageSize)));
  return {
    size,
    async read(offset, length) {
      checkRange(size, offset, length);
      const first = Math.floor(offset / pageSize);
      const start = first * pageSize;
      if (offset + length <= start + pageSize) {
        if (length === 0) return new Uint8Array();
        return (await page(first)).subarray(offset - start, offset - start + length);
      }
      if (length > cacheSize) return source.read(offset, length);
      const bytes = new Uint8Array(length);
      for (let at = offset; at < offset + length; ) {
        const index = Math.floor(at / pageSize);
        const within = at - index * pageSize;
        const part = (await page(index)).subarray(within, within + offset + length - at);
        bytes.set(part, at - offset);
        at += part.length;
      }
      return bytes;
    },
  };
}
