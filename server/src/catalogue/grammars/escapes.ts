/** Texts with C escapes, taken as a whole (src/basic/escape.c, cunescape). */
import type { Span } from '../../unit/tree.ts';
import { unescapeOne } from './split.ts';

/** A text with its escapes resolved, or where they are wrong. */
type Unescaped = { readonly text: string } | { readonly wrong: Span };

const nul = /^(?:x00|u0000|U00000000|000)/;

/** Resolves the escapes of a text as a version does; `nul` says whether `\0` may be among them. Bytes above 0x7f are as in split.ts. */
export function resolveEscapes(text: string, version: number, { acceptNul = false } = {}): Unescaped {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    out += text.slice(from, at);
    const zero = acceptNul ? nul.exec(text.slice(at + 1, at + 10))?.[0] : undefined;
    const found = zero !== undefined ? { text: '\0', length: zero.length } : unescapeOne(text, at + 1, version);
    if (!found) return { wrong: { start: at, end: Math.min(at + 2, text.length) } };
    out += found.text;
    from = at + 1 + found.length;
  }
  return { text: out + text.slice(from) };
}

/** What would have been right where an escape is wrong, to be put after "Expected". */
export const knownEscape = 'a known escape such as \\n, \\t, \\x20 or \\\\';
