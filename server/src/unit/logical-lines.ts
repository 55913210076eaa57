/**
 * Text to lines as systemd reads them: physical lines end at line feed, carriage return or NUL, comments are dropped, continuations joined
 * (src/basic/fileio.c read_line_full, src/shared/conf-parser.c config_parse).
 */
import type { LineSpan, Span } from './tree.ts';

/** A line of 1 MiB is refused when read (bytes, without its end); a joined one only above 1 MiB. LONG_LINE_MAX of fileio.h. */
const longestLine = 1 << 20;

/** One line after joining. */
export interface LogicalLine {
  /** The physical lines it is made of, without their line ends; the trailing backslash of all but the last reads as a blank. */
  readonly pieces: readonly [Span, ...Span[]];
  /** Whether the last piece ends in a continuation backslash too (the file ended there). */
  readonly openEnded: boolean;
  /** As in LineSpan. */
  readonly line: number;
  readonly lineStart: number;
}

/** All lines that are neither comments nor blank on their own, and the first that is too long to be read. */
export interface Lines {
  readonly lines: readonly LogicalLine[];
  readonly tooLong?: LineSpan;
}

/** A bit for each character that ends a line, 0 for all others. */
const endKind = (code: number): number => (code > 0x0d ? 0 : code === 0x0a ? 1 : code === 0x0d ? 2 : code === 0 ? 4 : 0);

/** Whether a character is one of those that systemd strips. */
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** Bytes of a stretch of text in UTF-8. */
function utf8Length(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    // each half of a surrogate pair stands for two of the pair's four bytes
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

/** Whether an odd number of backslashes ends the stretch. */
function endsInContinuation(text: string, from: number, to: number): boolean {
  let at = to;
  while (at > from && text.charCodeAt(at - 1) === 0x5c) at--;
  return (to - at) % 2 === 1;
}

/** Splits a text into the lines that systemd parses; `bom`: a byte order mark stands before it. Takes time in proportion; never throws. */
export function logicalLines(text: string, { bom = false }: { readonly bom?: boolean } = {}): Lines {
  const lines: LogicalLine[] = [];
  const mayBeTooLong = text.length * 3 >= longestLine;
  let tooLong: LineSpan | undefined;
  /** Those of the line that is being joined; the one that ends it is not among them. */
  let before: Span[] = [];
  let joinedBytes = 0;
  let bomStripped = bom;
  let line = 0;
  let at = 0;
  while (at < text.length) {
    let start = at;
    while (at < text.length && endKind(text.charCodeAt(at)) === 0) at++;
    const end = at;
    // different end characters in a row end one line, but none joins a NUL before it
    for (let seen = 0; at < text.length; at++) {
      const kind = endKind(text.charCodeAt(at));
      if (kind === 0 || (seen & kind) !== 0 || (seen & 4) !== 0) break;
      seen |= kind;
    }
    line++;
    const bytes = mayBeTooLong ? utf8Length(text, start, end) : 0;
    if (bytes >= longestLine) tooLong ??= { start: before[0]?.start ?? start, end, line, lineStart: start };

    let first = start;
    while (first < end && isBlank(text.charCodeAt(first))) first++;
    const lead = first < end ? text.charCodeAt(first) : 0;
    // a comment, also inside a continuation, but not behind a byte order mark
    if ((lead === 0x23 || lead === 0x3b) && !(bom && start === 0)) continue;
    if (first === end && before.length === 0) continue; // blank, and no end of a continuation

    if (!bomStripped && text.charCodeAt(start) === 0xfeff && start < end) {
      bomStripped = true;
      start++;
    }
    joinedBytes += bytes;
    if (joinedBytes > longestLine) tooLong ??= { start: before[0]?.start ?? start, end, line, lineStart: start };
    if (endsInContinuation(text, start, end)) {
      before.push({ start, end });
      continue;
    }
    lines.push({ pieces: following(before, { start, end }), openEnded: false, line, lineStart: start });
    if (before.length > 0) before = [];
    joinedBytes = 0;
  }
  const last = before.pop();
  if (last) lines.push({ pieces: following(before, last), openEnded: true, line: line + 1, lineStart: text.length + 1 });
  return tooLong ? { lines, tooLong } : { lines };
}

/** The pieces of a line, of which there is one as a rule. */
function following(before: readonly Span[], last: Span): LogicalLine['pieces'] {
  const [head, ...others] = before;
  return head ? [head, ...others, last] : [last];
}

/** A logical line as a stretch of a string, with the way back to the text. */
export interface JoinedLine {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Offset in the file of a character of `text`, or of its end. */
  readonly at: (index: number) => number;
}

const same = (index: number): number => index;

/** Joins the pieces of a line as systemd does: each continuation backslash becomes one blank. A line of one piece is where it stands in the text. */
export function joinLine(text: string, { pieces, openEnded }: LogicalLine): JoinedLine {
  const [head] = pieces;
  if (pieces.length === 1 && !openEnded) return { text, from: head.start, to: head.end, at: same };
  const last = pieces.length - 1;
  const joined = pieces.map((p, n) => (n < last || openEnded ? `${text.slice(p.start, p.end - 1)} ` : text.slice(p.start, p.end))).join('');
  const begins: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    begins.push(length);
    length += piece.end - piece.start;
  }
  const at = (index: number) => {
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((begins[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return (pieces[low] ?? head).start + index - (begins[low] ?? 0);
  };
  return { text: joined, from: 0, to: joined.length, at };
}
