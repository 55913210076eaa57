/** Offsets to positions, as editors count lines: line feed, carriage return, or both. */
import type { Span } from './tree.ts';

/** A place in a text: line and UTF-16 code unit, both from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A stretch between two positions, as in the language server protocol. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** The line starts of one text. */
export interface LineIndex {
  readonly position: (offset: number) => Position;
  readonly range: (span: Span) => Range;
}

/** Indexes a text; positions are then found by bisection. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) starts.push(at + 1);
  }
  const position = (offset: number): Position => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (starts[low] ?? 0) };
  };
  return { position, range: ({ start, end }) => ({ start: position(start), end: position(end) }) };
}
