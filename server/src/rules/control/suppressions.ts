/**
 * Comments that silence findings: `# portable-lint: disable=CODE[,CODE]` for the next line, `# portable-lint: disable-file=CODE[,CODE]` for the
 * whole file. A code may be a group, `unit/*`. What follows the codes is a reason, for people.
 */
import { logicalLines } from '../../unit/logical-lines.ts';
import type { LineSpan, Span, Word } from '../../unit/tree.ts';

const mark = 'portable-lint:';
const comment = /^[ \t]*[#;]/;
const disabling = /^[ \t]*[#;]+[ \t]*portable-lint:[ \t]*(disable|disable-file)[ \t]*=[ \t]*([\w/*-]+(?:[ \t]*,[ \t]*[\w/*-]+)*)/;
const word = /[\w/*-]+/g;

/** One such comment, and where its list of codes ends. */
export interface Suppression {
  readonly scope: 'line' | 'file';
  readonly codes: readonly Word[];
  /** Offset behind the last code. */
  readonly end: number;
}

/** Reads the suppression that a line is, if it is one; `at`: where the line begins in the text. */
export function suppressionIn(line: string, at: number): Suppression | undefined {
  const [all = '', what, list = ''] = disabling.exec(line) ?? [];
  if (!what) return undefined;
  const end = at + all.length;
  const codes = Array.from(list.matchAll(word), ({ 0: text, index }) => {
    const start = end - list.length + index;
    return { start, end: start + text.length, text };
  });
  return { scope: what === 'disable' ? 'line' : 'file', codes, end };
}

/** The codes of all such comments in a text, each with the line that it stands in. */
export function silencedCodes(text: string): readonly { readonly code: Word; readonly line: LineSpan }[] {
  if (!text.includes(mark)) return [];
  const found: { code: Word; line: LineSpan }[] = [];
  let number = 1;
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = lineEnd(text, start);
    const suppression = suppressionIn(text.slice(start, end), start);
    const line = { start, end, line: number, lineStart: start };
    for (const code of suppression?.codes ?? []) found.push({ code, line });
    if (text[end] === '\n' || text[end + 1] !== '\n') number++;
  }
  return found;
}

const covers = (codes: readonly string[], code: string): boolean =>
  codes.some(c => c === code || (c.endsWith('/*') && code.startsWith(c.slice(0, -1))));

/** Tells whether a comment of the file silences a finding; undefined where the file has no such comment. Takes time in proportion to the text. */
export function suppressionsOf(text: string): ((finding: { readonly code: string; readonly start: number }) => boolean) | undefined {
  if (!text.includes(mark)) return undefined;
  const wholeFile: string[] = [];
  const lines: (Span & { readonly codes: readonly string[] })[] = [];
  let pending: string[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = lineEnd(text, start);
    const line = text.slice(start, end);
    if (comment.test(line)) {
      const found = suppressionIn(line, start);
      const names = found?.codes.map(code => code.text) ?? [];
      if (found?.scope === 'file') wholeFile.push(...names);
      else pending.push(...names);
    } else {
      // an empty line between the comment and what it is about is a mistake, unless a line feed follows a carriage return
      if (line.trim() !== '') lines.push({ start, end, codes: pending });
      if (line.trim() !== '' || text[end] !== '\n' || text[start - 1] !== '\r') pending = [];
    }
  }
  const spans = withContinuations(
    text,
    lines.filter(line => line.codes.length > 0),
  );
  return ({ code, start }) => covers(wholeFile, code) || spans.some(s => s.start <= start && start <= s.end && covers(s.codes, code));
}

/** A comment above a continued line is about all of it, one inside of it about the next of its lines. */
function withContinuations<T extends Span>(text: string, lines: readonly T[]): readonly T[] {
  if (lines.length === 0) return lines;
  const ends = new Map(logicalLines(text).lines.map(({ pieces }) => [pieces[0].start, pieces.at(-1)?.end ?? 0]));
  return lines.map(line => ({ ...line, end: Math.max(line.end, ends.get(line.start) ?? 0) }));
}

/** Where the physical line ends that holds an offset (systemd's line ends: line feed, carriage return, NUL). */
function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !endsLine(text.charCodeAt(at))) at++;
  return at;
}

const endsLine = (code: number): boolean => code === 0x0a || code === 0x0d || code === 0;
