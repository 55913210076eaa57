/** What lies on disk under an open document, as far as its encoding goes: the editor shows it decoded, which hides bad bytes. */
import { firstInvalidByte } from '../unit/encoding.ts';
import type { Position } from '../unit/line-index.ts';
import { logicalLines } from '../unit/logical-lines.ts';

/** A file with bytes outside UTF-8, in the readings that an editor may show, and where its first bad byte stands in each. */
export interface BadCopy {
  readonly readings: readonly { readonly text: string; readonly at: Position }[];
}

/** A text with the line ends and without the byte order mark that editors may or may not keep. */
const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');

/** The copy of a file's bytes to hold against its document; undefined where all of it that counts is UTF-8. */
export function badCopyOf(bytes: Uint8Array): BadCopy | undefined {
  const fault = firstInvalidByte(bytes);
  if (!fault) return undefined;
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && fault.line === 0;
  const { line, character, byteColumn } = fault;
  return {
    readings: [
      { text: plain(new TextDecoder('utf-8').decode(bytes)), at: { line, character: character - (bom ? 1 : 0) } },
      { text: plain(new TextDecoder('windows-1252').decode(bytes)), at: { line, character: byteColumn } },
    ],
  };
}

/**
 * Where a document shows bytes outside UTF-8: where its file has them, while the document is as on disk; once it was edited, at the first
 * replacement character outside comments. Undefined where it shows none.
 */
export function invalidOffset(text: string, copy: BadCopy, offsetAt: (position: Position) => number): number | undefined {
  const shown = plain(text);
  const reading = copy.readings.find(r => r.text === shown);
  if (reading) return offsetAt(reading.at);
  for (const { pieces } of logicalLines(text).lines) {
    for (const { start, end } of pieces) {
      const at = text.slice(start, end).indexOf('\ufffd');
      if (at >= 0) return start + at;
    }
  }
  return undefined;
}
