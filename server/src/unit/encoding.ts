/** Where a unit file leaves UTF-8: over its bytes, because a decoded text no longer tells. */

/** A place in the bytes of a file and in its decoded text. */
export interface EncodingFault {
  /** Offset of the byte. */
  readonly byte: number;
  /** Offset in the text that a decoder gives which keeps a leading byte order mark, in UTF-16 code units. */
  readonly offset: number;
  /** Line of that text, from 0, as editors count lines (line feed, carriage return or both). */
  readonly line: number;
  /** UTF-16 code units from the start of that line. */
  readonly character: number;
  /** Bytes from the start of that line: its column where a decoder made one character of every byte. */
  readonly byteColumn: number;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. Noncharacters pass here: they survive decoding, and the parser sees them. */
function sequenceLength(bytes: Uint8Array, at: number): 0 | 1 | 2 | 3 | 4 {
  const lead = bytes[at] ?? 0xff;
  if (lead < 0x80) return 1;
  const tail = (n: number, low = 0x80, high = 0xbf) => {
    const byte = bytes[at + n] ?? 0;
    return byte >= low && byte <= high;
  };
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    // no overlong forms, no surrogates
    return tail(1, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) return tail(1, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
  return 0;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Whether the physical line that begins at `at` is a comment: systemd drops those before it looks at their encoding. */
function beginsComment(bytes: Uint8Array, at: number): boolean {
  let first = at;
  while (bytes[first] === 0x20 || bytes[first] === 0x09) first++;
  return bytes[first] === 0x23 || bytes[first] === 0x3b;
}

/** The first byte outside UTF-8 that does not stand in a comment; undefined if there is none. Never throws, one pass. */
export function firstInvalidByte(bytes: Uint8Array): EncodingFault | undefined {
  let comment = beginsComment(bytes, 0);
  let offset = 0;
  let line = 0;
  let lineStart = 0;
  let lineStartByte = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const length = sequenceLength(bytes, at);
    if (length === 0 && !comment) {
      return { byte: at, offset, line, character: offset - lineStart, byteColumn: at - lineStartByte };
    }
    // a decoder writes one U+FFFD for each longest beginning of a sequence; in comments that is the bad byte and the tail bytes it could have had
    at += length || maximalSubpart(bytes, at);
    offset += length === 4 ? 2 : 1;
    if (byte === lineFeed || byte === carriageReturn || byte === 0) {
      comment = beginsComment(bytes, at);
      if (byte === lineFeed || (byte === carriageReturn && bytes[at] !== lineFeed)) {
        line++;
        lineStart = offset;
        lineStartByte = at;
      }
    }
  }
  return undefined;
}

/** How many bytes one U+FFFD stands for (WHATWG Encoding, UTF-8 decoder). */
function maximalSubpart(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  const isTail = (byte: number) => byte >= 0x80 && byte <= 0xbf;
  if (lead >= 0xe0 && lead <= 0xef) {
    return isTail(second) && !(lead === 0xe0 && second < 0xa0) && !(lead === 0xed && second > 0x9f) ? 2 : 1;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (!isTail(second) || (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 1;
    return isTail(third) ? 3 : 2;
  }
  return 1;
}
