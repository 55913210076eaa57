/** Quick fixes: the remedies of findings as edits. */
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver';
import type { Finding, Remedy } from '../rules/rule.ts';
import type { Position, Range } from '../unit/line-index.ts';
import type { Assignment, Span } from '../unit/tree.ts';
import type { JudgedUnit } from './judge.ts';

/** An edit by offsets; start equal to end inserts. */
interface Edit extends Span {
  readonly text: string;
}

/** The quick fixes for the findings that touch a range; `shown` are the diagnostics that the editor asks about. */
export function codeActionsOf(judged: JudgedUnit, uri: string, range: Range, shown: readonly Diagnostic[]): CodeAction[] {
  return judged.findings.flatMap(finding => {
    const place = judged.lines.range(finding);
    if (!touches(place, range)) return [];
    const diagnostics = shown.filter(d => d.code === finding.code && samePosition(d.range.start, place.start));
    return finding.remedies.flatMap((remedy, n): CodeAction[] => {
      const fix = fixOf(judged, finding, remedy);
      if (!fix) return [];
      const edits = fix.edits.map((edit): TextEdit => ({ range: judged.lines.range(edit), newText: edit.text }));
      return [{ title: fix.title, kind: 'quickfix', diagnostics, isPreferred: n === 0, edit: { changes: { [uri]: edits } } }];
    });
  });
}

const before = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
const touches = (a: Range, b: Range) => !before(a.end, b.start) && !before(b.end, a.start);
const samePosition = (a: Position, b: Position) => a.line === b.line && a.character === b.character;

function fixOf(judged: JudgedUnit, finding: Finding, remedy: Remedy): { title: string; edits: readonly Edit[] } | undefined {
  if (remedy.kind === 'replace') return { title: remedy.title, edits: [{ start: finding.start, end: finding.end, text: remedy.text }] };
  const { text } = judged;
  const line = assignmentAt(judged, finding.start);
  const lines = wholeLines(text, line ?? finding);
  if (remedy.kind === 'remove') return { title: 'Remove this line', edits: [{ ...lines, text: '' }] };
  if (!line) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const moved = text.slice(lines.start, lines.end).replace(/[\r\n]+$/, '') + eol;
  const { at, lead, header } = placeIn(judged, remedy.section, lines, eol);
  const created = header ? `${lead}[${remedy.section}]${eol}${moved}` : lead + moved;
  const tail = header && at < text.length ? eol : '';
  return {
    title: `Move to [${remedy.section}]`,
    edits: [
      { start: at, end: at, text: created + tail },
      { ...lines, text: '' },
    ],
  };
}

/** The assignment that begins at an offset. */
function assignmentAt({ tree }: JudgedUnit, offset: number): Assignment | undefined {
  const lists = [tree.orphans, ...tree.sections.map(s => s.assignments)];
  for (const list of lists) for (const assignment of list) if (assignment.start === offset) return assignment;
  return undefined;
}

const endsLine = (char: string | undefined) => char === '\n' || char === '\r';

/** The physical lines that a span touches, with their last line end. */
function wholeLines(text: string, span: Span): Span {
  let { start, end } = span;
  while (start > 0 && !endsLine(text[start - 1])) start--;
  return { start, end: nextLine(text, end) };
}

/** Where the line after the one at an offset begins, or the end of the text. */
function nextLine(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !endsLine(text[at])) at++;
  return text.startsWith('\r\n', at) ? at + 2 : Math.min(at + 1, text.length);
}

interface Place {
  readonly at: number;
  /** What must stand before the insertion: the end of an unfinished line, and an empty line before a new section. */
  readonly lead: string;
  /** The section is not there yet. */
  readonly header: boolean;
}

/** Where lines for a section go once they are taken out: behind the last of it, else where such a section belongs ([Unit] first, [Install] last). */
function placeIn({ tree, text }: JudgedUnit, section: string, taken: Span, eol: string): Place {
  const there = tree.sections.findLast(s => s.name.text === section);
  const follower =
    section === 'Unit' ? tree.sections[0] : section === 'Install' ? undefined : tree.sections.find(s => s.name.text === 'Install');
  let at = text.length;
  if (there) at = nextLine(text, (there.assignments.at(-1) ?? there.header).end);
  else if (follower) at = wholeLines(text, follower.header).start;
  const above = text.slice(0, Math.min(at, taken.start)) + text.slice(Math.min(at, taken.end), at);
  const unfinished = above !== '' && !endsLine(above.at(-1)) ? eol : '';
  const crowded = !there && at === text.length && above !== '' && !/[\r\n]\s*[\r\n]$/.test(above.replaceAll('\r\n', '\n') + unfinished);
  return { at, lead: unfinished + (crowded ? eol : ''), header: !there };
}
