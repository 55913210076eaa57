/** The unit file parser: text to sections and assignments, as src/shared/conf-parser.c reads them. */
import { isBlank, type JoinedLine, joinLine, type LogicalLine, logicalLines } from './logical-lines.ts';
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

/** Where the first character stands that is no blank, from `from` on; `to` where there is none. */
function firstOf(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Where the last character that is no blank ends, before `to`; `from` where there is none. */
function endOf(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Where a character stands between `from` and `to`, else `to`. A search through the whole text would take for ever where there is none in it. */
function findIn(text: string, code: number, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) !== code) at++;
  return at;
}

/** The offsets of a stretch of a line, and of its end. */
const offsetsOf =
  ({ at }: JoinedLine, from: number, to: number): Assignment['offsets'] =>
  () =>
    Array.from({ length: to - from + 1 }, (_, n) => at(from + n));

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
    const { pieces, line, lineStart } = logical;
    const joined = joinLine(text, logical);
    const { text: words, at } = joined;
    const start = firstOf(words, joined.from, joined.to);
    const end = endOf(words, start, joined.to);
    if (start === end) return;
    const [first] = pieces;
    /** Where a stretch of the line ends in the text. */
    const endAt = (from: number, to: number): number => (to > from ? at(to - 1) + 1 : at(from));
    const whole: LineSpan = { start: at(start), end: endAt(start, end), line, lineStart };

    const badWord = suspect ? nonCharacter.exec(words.slice(joined.from, joined.to)) : null;
    const badByte = options.invalidAt;
    if (badByte !== undefined && pieces.some(p => p.start <= badByte && badByte < p.end)) {
      fault('not-utf8', { ...whole, start: badByte, end: badByte + 1 }, first.start);
    } else if (badWord) {
      const from = joined.from + badWord.index;
      fault('not-utf8', { ...whole, start: at(from), end: endAt(from, from + badWord[0].length) }, first.start);
    }

    if (words[start] === '[') {
      const closed = end - start > 1 && words[end - 1] === ']';
      // the name of a broken header is what it was probably meant to be, so that an outline still shows it
      const nameEnd = closed ? end - 1 : findIn(words, 0x5d, start, end);
      const name = { start: at(start + 1), end: endAt(start + 1, nameEnd), text: words.slice(start + 1, nameEnd) };
      if (!closed || unsafeInHeader.test(name.text)) fault('bad-header', whole, first.start);
      current = { start: whole.start, end: whole.end, name, header: whole, assignments: [] };
      sections.push(current);
      return;
    }
    if (current) current.end = whole.end;
    const equals = findIn(words, 0x3d, start, end);
    if (equals === end) {
      fault(current ? 'no-equals' : 'outside-section', whole);
      return;
    }
    if (equals === start) {
      fault(current ? 'empty-key' : 'outside-section', whole);
      return;
    }
    const keyEnd = endOf(words, start, equals);
    const valueStart = firstOf(words, equals + 1, end);
    const assignment: Assignment = {
      start: whole.start,
      end: whole.end,
      line,
      lineStart,
      key: { start: whole.start, end: endAt(start, keyEnd), text: words.slice(start, keyEnd) },
      value: words.slice(valueStart, end),
      valueSpan: { start: at(valueStart), end: endAt(valueStart, end) },
      offsets: offsetsOf(joined, valueStart, end),
    };
    if (current) current.assignments.push(assignment);
    else {
      orphans.push(assignment);
      faults.push({ kind: 'outside-section', ...whole, fatal: false, orphan: assignment });
    }
  }
}
