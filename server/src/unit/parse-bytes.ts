import { encodeName, isUtf8Name } from '../image/entry-name.ts';
import { firstInvalidByte } from './encoding.ts';
import { parseUnit } from './parse.ts';
import type { UnitTree } from './tree.ts';

// a leading byte order mark is kept: before a comment it matters
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a unit file as a text and parsed, with the place in the text where they leave UTF-8, at which systemd reads no further. */
export function parseBytes(bytes: Uint8Array): { readonly text: string; readonly tree: UnitTree; readonly invalidAt?: number } {
  const text = decoder.decode(bytes);
  // without a replacement character in the text every byte was UTF-8
  const invalidAt = text.includes('\ufffd') ? firstInvalidByte(bytes)?.offset : undefined;
  const place = invalidAt !== undefined && { invalidAt };
  return { text, tree: parseUnit(text, { ...place }), ...place };
}

/** The same of a text in which bytes outside UTF-8 stand as in image/entry-name.ts. */
export const parseKept = (text: string): UnitTree => (isUtf8Name(text) ? parseUnit(text) : parseBytes(encodeName(text)).tree);
