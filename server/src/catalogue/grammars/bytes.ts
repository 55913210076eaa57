/** Bytes that came from escapes: `\xff` in a word is the lone surrogate U+DC00 + 0xff (see split.ts). */

const hidden = /[\udc80-\udcff]+/g;
const doubtful = /[\udc80-\udcff\ufdd0-\ufdef\ufffe\uffff]/;
/** Characters that Unicode keeps free and systemd does not take (unichar_is_valid); those of the other planes have no way into a word. */
const free = /[\ufdd0-\ufdef\ufffe\uffff]/;

/** Whether a text with such bytes is UTF-8 (src/basic/utf8.c, utf8_is_valid). */
export function isUtf8(text: string): boolean {
  if (!doubtful.test(text)) return true;
  if (free.test(text)) return false;
  // a low surrogate of a pair stands for no byte
  const alone = text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '');
  for (const [run] of alone.matchAll(hidden)) {
    const bytes = Uint8Array.from(run, c => c.charCodeAt(0) & 0xff);
    try {
      if (free.test(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))) return false;
    } catch {
      return false;
    }
  }
  return true;
}

/** Whether a text holds a control character (string_has_cc). */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
