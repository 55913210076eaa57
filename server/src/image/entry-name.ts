/**
 * File names inside images are bytes. As strings they are UTF-8 where they are valid UTF-8; in any other name each byte above 0x7f stands as
 * U+DC00 + byte, a lone surrogate that valid text cannot hold, so that no two names become one and every name can be turned back.
 */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const escaped = /[\udc80-\udcff]/;
/** A byte that was escaped, and not the second half of a pair. */
const loneSurrogate = /[\ud800-\udbff][\udc00-\udfff]|[\udc80-\udcff]/g;

/** The string for a name's bytes. */
export function decodeName(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes('\ufffd') || compareBytes(encoder.encode(text), bytes) === 0) return text;
  let out = '';
  for (const byte of bytes) out += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return out;
}

/** The bytes of a name that `decodeName` made. */
export function encodeName(name: string): Uint8Array {
  return isUtf8Name(name) ? encoder.encode(name) : Uint8Array.from(name, c => c.charCodeAt(0) & 0xff);
}

/** Whether a name was valid UTF-8, so that it can be used as an ordinary string. */
export function isUtf8Name(name: string): boolean {
  return !escaped.test(name) || !(name.match(loneSurrogate) ?? []).some(match => match.length === 1);
}

/** Whether a directory may hold an entry of this name: not empty, not `.` or `..`, without `/` and NUL. */
export function isEntryName(name: string | Uint8Array): boolean {
  if (typeof name !== 'string') return name.length > 0 && !isDots(name) && !name.includes(slash) && !name.includes(0);
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}

const slash = 0x2f;
const dot = 0x2e;

/** Whether a name is `.` or `..`. */
export function isDots(name: Uint8Array): boolean {
  return name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot));
}

/** Below 0 where a name comes before another by its bytes, above 0 where it comes after it, 0 for the same ones. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => compareParts(a, 0, a.length, b, 0, b.length);

/** `compareBytes` for names that are parts of longer bytes, of which no views are made. */
export function compareParts(a: Uint8Array, startA: number, lengthA: number, b: Uint8Array, startB: number, lengthB: number): number {
  for (let i = 0; i < lengthA && i < lengthB; i++) {
    const difference = (a[startA + i] ?? 0) - (b[startB + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** `compareBytes` for names as strings. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  // in these, units are not in the order of the bytes
  if (withSurrogates.test(a) || withSurrogates.test(b)) return compareBytes(encodeName(a), encodeName(b));
  return a < b ? -1 : 1;
}

const withSurrogates = /[\ud800-\udfff]/;
