/** The remedies of findings as edits of the text. */
import { changesText, type Finding, type TextRemedy } from '../rules/rule.ts';
import type { Assignment, Span, UnitTree } from '../unit/tree.ts';
import type { JudgedText, JudgedUnit } from './judge.ts';

/** An edit by offsets; start equal to end inserts. */
export interface Edit extends Span {
  readonly text: string;
}

/** Edits that belong together, and what they do, in words. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** What a remedy comes to; undefined where the text has no place for it. */
export function fixOf(judged: JudgedText, finding: Finding, remedy: TextRemedy): Fix | undefined {
  if (remedy.kind === 'replace') return { title: remedy.title, edits: [{ start: finding.start, end: finding.end, text: remedy.text }] };
  const { text, tree } = judged;
  const line = tree && assignmentAt(tree, finding.start);
  const lines = wholeLines(text, line ?? finding);
  if (remedy.kind === 'remove') return { title: 'Remove this line', edits: [{ ...lines, text: '' }] };
  if (remedy.kind === 'insert') {
    return { title: remedy.title, edits: [{ start: lines.start, end: lines.start, text: remedy.text + eolOf(text) }] };
  }
  if (!line) return undefined;
  const eol = eolOf(text);
  const moved = text.slice(lines.start, lines.end).replace(/[\r\n]+$/, '') + eol;
  const { at, lead, header } = placeIn({ tree, text }, remedy.section, lines, eol);
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
function assignmentAt(tree: UnitTree, offset: number): Assignment | undefined {
  const lists = [tree.orphans, ...tree.sections.map(s => s.assignments)];
  for (const list of lists) for (const assignment of list) if (assignment.start === offset) return assignment;
  return undefined;
}

/** The line end that a text uses. */
export const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const endsLine = (char: string | undefined) => char === '\n' || char === '\r';

/** The physical lines that a span touches, with their last line end. */
export function wholeLines(text: string, span: Span): Span {
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
function placeIn({ tree, text }: Pick<JudgedUnit, 'tree' | 'text'>, section: string, taken: Span, eol: string): Place {
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

/** The text with the edits made, but for those that overlap an earlier one, and how many were made. */
function applied(text: string, fixes: readonly Fix[]): { readonly text: string; readonly made: number } {
  const taken: Edit[] = [];
  const free = (edit: Edit) => taken.every(t => edit.end < t.start || t.end < edit.start);
  let made = 0;
  for (const { edits } of fixes) {
    if (!edits.every(free)) continue;
    taken.push(...edits);
    made++;
  }
  let result = text;
  for (const { start, end, text: word } of taken.sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + word + result.slice(end);
  return { text: result, made };
}

/** The text with all safe remedies applied that do not get in each other's way, and how many they were. */
export function withSafeFixes(judged: JudgedUnit): { readonly text: string; readonly made: number } {
  const fixes = judged.findings.flatMap(finding => {
    const remedy = finding.remedies.find(r => r.safe);
    return (remedy && changesText(remedy) && fixOf(judged, finding, remedy)) || [];
  });
  return applied(judged.text, fixes);
}
