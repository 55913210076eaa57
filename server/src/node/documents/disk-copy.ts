/** What lies on disk under an open document, as far as its encoding goes: the editor shows it decoded, which hides some of it. */
import { firstInvalidByte } from '../../unit/encoding.ts';
import type { Position } from '../../unit/line-index.ts';
import { logicalLines } from '../../unit/logical-lines.ts';

/** What the bytes of a file say that its document may not show. */
export interface DiskCopy {
  /** It begins with a byte order mark, which editors keep but do not show. */
  readonly bom: boolean;
  /** The readings that an editor may show of a file with bytes outside UTF-8, and where the first bad byte stands in each; else none. */
  readonly badReadings: readonly { readonly text: string; readonly at: Position }[];
}

/** A text with the line ends and without the byte order mark that editors may or may not keep. */
const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');

/** What to remember of a file's bytes; undefined where the document shows all that counts. */
export function diskCopyOf(bytes: Uint8Array): DiskCopy | undefined {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const fault = firstInvalidByte(bytes);
  if (!fault) return bom ? { bom, badReadings: [] } : undefined;
  const { line, character, byteColumn } = fault;
  const hidden = bom && line === 0 ? 1 : 0;
  return {
    bom,
    badReadings: [
      { text: plain(new TextDecoder('utf-8').decode(bytes)), at: { line, character: character - hidden } },
      { text: plain(new TextDecoder('windows-1252').decode(bytes)), at: { line, character: byteColumn } },
    ],
  };
}

/**
 * Where a document shows bytes outside UTF-8: where its file has them, while the document is as on disk; once it was edited, at the first
 * replacement character outside comments. Undefined where it shows none.
 */
export function invalidOffset(text: string, { bom, badReadings }: DiskCopy, offsetAt: (position: Position) => number): number | undefined {
  if (badReadings.length === 0) return undefined;
  const shown = plain(text);
  const reading = badReadings.find(r => r.text === shown);
  if (reading) return offsetAt(reading.at);
  for (const { pieces } of logicalLines(text, { bom }).lines) {
    for (const { start, end } of pieces) {
      const at = text.slice(start, end).indexOf('\ufffd');
      if (at >= 0) return start + at;
    }
  }
  return undefined;
}
