/** The unit file parser: text to sections and assignments, as src/shared/conf-parser.c reads them. */
import { joinLine, type LogicalLine, logicalLines } from './logical-lines.ts';
import type { Assignment, LineSpan, Section, SyntaxFault, UnitTree } from './tree.ts';

/** What the caller knows of the file beyond its text. */
export interface ParseOptions {
  /** Offset of the first character that stands for bytes outside UTF-8, where the bytes were seen (encoding.ts). */
  readonly invalidAt?: number;
  /** The file begins with a byte order mark that the text does not show, as in an editor. */
  readonly bom?: boolean;
}

/** Code points that systemd does not count as UTF-8 although they can be encoded (src/basic/utf8.c unichar_is_valid). */
const nonCharacter =
  /[\ufdd0-\ufdef\ufffe\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/;

/** Characters that no version takes in a section name: controls, quotes, backslash (string_is_safe). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafeInHeader = /[\x00-\x1f"'\\\x7f]/;

interface OpenSection extends Section {
  end: number;
  readonly assignments: Assignment[];
}

/** Index of the first and after the last character that is no blank, within `from` and `to`. */
function strip(text: string, from: number, to: number): readonly [number, number] {
  let start = from;
  let end = to;
  const blank = (at: number) => text[at] === ' ' || text[at] === '\t';
  while (start < end && blank(start)) start++;
  while (end > start && blank(end - 1)) end--;
  return [start, end];
}

/** Reads a unit file, drop-in or profile. Always returns a tree, for any text, in time proportional to its length. */
export function parseUnit(text: string, options: ParseOptions = {}): UnitTree {
  const { lines, tooLong } = logicalLines(text, options);
  const sections: OpenSection[] = [];
  const orphans: Assignment[] = [];
  const faults: SyntaxFault[] = [];
  const suspect = nonCharacter.test(text);
  let readTo = tooLong?.start ?? text.length;
  let current: OpenSection | undefined;

  const fault = (kind: SyntaxFault['kind'], at: LineSpan, stop?: number) => {
    faults.push({ kind, ...at, fatal: stop !== undefined, ...(current && { section: current }) });
    if (stop !== undefined) readTo = Math.min(readTo, stop);
  };
  for (const logical of lines) readLine(logical);
  if (tooLong) {
    faults.push({ kind: 'line-too-long', ...tooLong, fatal: true });
    faults.sort((a, b) => a.start - b.start);
  }
  return { text, sections, orphans, faults, readTo };

  function readLine(logical: LogicalLine) {
    const joined = joinLine(text, logical);
    const [start, end] = strip(joined.text, 0, joined.text.length);
    if (start === end) return;
    const span = (from: number, to: number): LineSpan => ({
      start: joined.at(from),
      end: to > from ? joined.at(to - 1) + 1 : joined.at(from),
      line: logical.line,
      lineStart: logical.lineStart,
    });
    const whole = span(start, end);
    const lineStart = logical.pieces[0].start;

    const badWord = suspect ? nonCharacter.exec(joined.text) : null;
    const badByte = options.invalidAt;
    if (badByte !== undefined && logical.pieces.some(p => p.start <= badByte && badByte < p.end)) {
      fault('not-utf8', { ...whole, start: badByte, end: badByte + 1 }, lineStart);
    } else if (badWord) {
      fault('not-utf8', span(badWord.index, badWord.index + badWord[0].length), lineStart);
    }

    if (joined.text[start] === '[') {
      const closed = end - start > 1 && joined.text[end - 1] === ']';
      // the name of a broken header is what it was probably meant to be, so that an outline still shows it
      const bracket = closed ? end - 1 : joined.text.indexOf(']', start);
      const nameEnd = bracket < 0 ? end : bracket;
      const nameSpan = span(start + 1, nameEnd);
      const name = { start: nameSpan.start, end: nameSpan.end, text: joined.text.slice(start + 1, nameEnd) };
      if (!closed || unsafeInHeader.test(name.text)) fault('bad-header', whole, lineStart);
      current = { start: whole.start, end: whole.end, name, header: whole, assignments: [] };
      sections.push(current);
      return;
    }
    if (current) current.end = whole.end;
    const equals = joined.text.indexOf('=', start);
    if (equals < 0 || equals >= end) {
      fault(current ? 'no-equals' : 'outside-section', whole);
      return;
    }
    if (equals === start) {
      fault(current ? 'empty-key' : 'outside-section', whole);
      return;
    }
    const [, keyEnd] = strip(joined.text, start, equals);
    const [valueStart, valueEnd] = strip(joined.text, equals + 1, end);
    const { start: keyFrom, end: keyTo } = span(start, keyEnd);
    const { start: valueFrom, end: valueTo } = span(valueStart, valueEnd);
    const assignment: Assignment = {
      ...whole,
      key: { start: keyFrom, end: keyTo, text: joined.text.slice(start, keyEnd) },
      value: joined.text.slice(valueStart, valueEnd),
      valueSpan: { start: valueFrom, end: valueTo },
      offsets: () => Array.from({ length: valueEnd - valueStart + 1 }, (_, n) => joined.at(valueStart + n)),
    };
    if (current) current.assignments.push(assignment);
    else {
      orphans.push(assignment);
      faults.push({ kind: 'outside-section', ...whole, fatal: false, orphan: assignment });
    }
  }
}
