/** Text from files and paths, on its way to a terminal or a log. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const harmful = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/u;
const everyHarmful = new RegExp(harmful.source, 'gu');

/** The text with everything that could steer a terminal, break a line or hide (controls, direction marks, bad names) as visible escapes. */
export const terminalText = (text: string): string =>
  harmful.test(text)
    ? text.replaceAll(everyHarmful, char => {
        const code = char.charCodeAt(0);
        // names that are not UTF-8 hold their bytes as U+DC80 to U+DCFF (image/entry-name.ts)
        if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
        return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
      })
    : text;
