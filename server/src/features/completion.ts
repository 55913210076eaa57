/** What an editor offers while a unit is typed: sections after `[`, directives at the start of a line, words of a value. */
import type { CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import { successorOf } from '../catalogue/aliases.ts';
import { findDirective, namesIn, standing } from '../catalogue/catalogue.ts';
import { describeDirective } from '../catalogue/describe.ts';
import { type Context, grammarFor, judgeValue } from '../catalogue/grammars/index.ts';
import type { Target } from '../rules/rule.ts';
import { contextOf } from '../rules/value.ts';
import type { Range } from '../unit/line-index.ts';
import type { Assignment, Section, Span } from '../unit/tree.ts';
import { sectionsOf } from '../unit/unit-file.ts';
import { directiveMarkdown, sectionMarkdown } from './explain.ts';
import type { JudgedUnit } from './judge.ts';

/** The protocol's numbers. */
const kinds = { section: 9, directive: 10, value: 12 } as const satisfies Record<string, CompletionItemKind>;

type Document = Pick<JudgedUnit, 'text' | 'tree' | 'lines' | 'unit'>;

/** What an item is about, for `explainItem`; it comes back from the editor. */
interface Subject {
  readonly section: string;
  readonly name?: string;
  readonly target: Target;
}

/** The physical line around an offset. */
function lineAt(text: string, offset: number): Span {
  let start = offset;
  let end = offset;
  while (start > 0 && !/[\r\n]/.test(text.charAt(start - 1))) start--;
  while (end < text.length && !/[\r\n]/.test(text.charAt(end))) end++;
  return { start, end };
}

/** The stretch of such characters around an offset, within a line. */
function wordAt(text: string, offset: number, line: Span, character: RegExp): Span {
  let start = offset;
  let end = offset;
  while (start > line.start && character.test(text.charAt(start - 1))) start--;
  while (end < line.end && character.test(text.charAt(end))) end++;
  return { start, end };
}

/** What may stand at an offset of a unit, for the systemd that judges it; nothing where that cannot be listed. */
export function completionsOf(judged: Document, offset: number, target: Target): CompletionItem[] {
  const { text, tree, lines, unit } = judged;
  const line = lineAt(text, offset);
  const before = text.slice(line.start, offset);
  if (/^[ \t]*[#;]/.test(before)) return [];
  const section = tree.sections.findLast(({ header }) => header.end < line.start);
  const assignment = section?.assignments.findLast(({ start }) => start <= offset);
  const continued = assignment !== undefined && assignment.start < line.start && assignment.end >= line.start;

  if (!continued && /^[ \t]*\[[^\]]*$/.test(before)) {
    const word = wordAt(text, offset, line, /[\w-]/);
    const range = lines.range({ start: word.start, end: text[word.end] === ']' ? word.end + 1 : word.end });
    return sectionsOf(unit)
      .filter(name => namesIn(name, target.systemd).length > 0)
      .map(name => ({
        label: name,
        kind: kinds.section,
        textEdit: { range, newText: `${name}]` },
        data: { section: name, target } satisfies Subject,
      }));
  }
  if (!section) return [];
  if (!continued && /^[ \t]*[\w-]*$/.test(before)) {
    const word = wordAt(text, offset, line, /[\w-]/);
    const equals = /^[ \t]*=/.test(text.slice(word.end, line.end)) ? '' : '=';
    return directivesOf(section, target, lines.range(word), equals);
  }
  return assignment && (continued || assignment.start >= line.start) && text.slice(assignment.key.end, offset).includes('=')
    ? valuesOf(judged, { section, assignment, offset, line }, target)
    : [];
}

/** The directives of a section that the target's systemd obeys and that are not outdated. */
function directivesOf({ name: { text: section } }: Section, target: Target, range: Range, equals: string) {
  return namesIn(section, target.systemd)
    .filter(name => !findDirective(section, name)?.successor && !successorOf(section, name))
    .map((name): CompletionItem => {
      const data: Subject = { section, name, target };
      return { label: name, kind: kinds.directive, textEdit: { range, newText: name + equals }, data };
    });
}

interface Place {
  readonly section: Section;
  readonly assignment: Assignment;
  readonly offset: number;
  readonly line: Span;
}

/** The words that a value may hold, where they can be listed. */
function valuesOf({ text, tree, lines, unit }: Document, place: Place, target: Target): CompletionItem[] {
  const { section, assignment, offset, line } = place;
  const name = assignment.key.text;
  const directive = findDirective(section.name.text, name);
  if (!directive || standing(directive, target.systemd) !== 'known') return [];
  const context = contextOf({ tree, unit, target }, section.name.text, name);
  const words = grammarFor(section.name.text, name, context)?.words?.(context) ?? [];
  const word = wordAt(text, offset, line, /[\w@+-]/);
  const { start, end } = assignment.valueSpan;
  const alone = text.slice(start, word.start).trim() === '' && text.slice(Math.min(word.end, end), end).trim() === '';
  if (!alone && !takesSeveral(words, context)) return [];
  const range = lines.range(word);
  return words.map(label => ({ label, kind: kinds.value, textEdit: { range, newText: label } }));
}

/** Whether a directive takes several words apart by blanks: asked of its grammar. */
const takesSeveral = ([first, second]: readonly string[], context: Context): boolean =>
  first !== undefined && second !== undefined && judgeValue(context.section, context.key, `${first} ${second}`, context).length === 0;

/** An item with its explanation, which is made only for the one that the user looks at. */
export function explainItem(item: CompletionItem): CompletionItem {
  const subject = subjectOf(item.data);
  const value = subject && markdownOf(subject);
  return value === undefined ? item : { ...item, documentation: { kind: 'markdown', value } };
}

function markdownOf({ section, name, target }: Subject): string | undefined {
  if (name === undefined) return sectionMarkdown(section);
  const told = describeDirective(section, name, target.systemd);
  return told && directiveMarkdown(told, target);
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** What came back from the editor, which may be anything. */
function subjectOf(data: unknown): Subject | undefined {
  const [section, name, target] = [field(data, 'section'), field(data, 'name'), field(data, 'target')];
  const [systemd, source] = [field(target, 'systemd'), field(target, 'source')];
  if (typeof section !== 'string' || typeof systemd !== 'number') return undefined;
  return { section, ...(typeof name === 'string' && { name }), target: { systemd, ...(typeof source === 'string' && { source }) } };
}
