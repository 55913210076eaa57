/** What an editor shows when the pointer rests on a directive or a section header. */
import type { Hover } from 'vscode-languageserver';
import { describeDirective } from '../catalogue/describe.ts';
import type { Target } from '../rules/rule.ts';
import type { Span } from '../unit/tree.ts';
import { directiveMarkdown, sectionMarkdown } from './explain.ts';
import type { JudgedUnit } from './judge.ts';

const within = ({ start, end }: Span, offset: number): boolean => offset >= start && offset <= end;

/** The hover at an offset of the text; undefined where nothing is known of what stands there. */
export function hoverOf({ tree, lines }: Pick<JudgedUnit, 'tree' | 'lines'>, offset: number, target: Target): Hover | undefined {
  const section = tree.sections.findLast(({ header }) => header.start <= offset);
  if (!section) return undefined;
  const hover = (value: string | undefined, span: Span): Hover | undefined =>
    value === undefined ? undefined : { contents: { kind: 'markdown', value }, range: lines.range(span) };
  if (within(section.header, offset)) return hover(sectionMarkdown(section.name.text), section.header);
  const assignment = section.assignments.find(({ key }) => within(key, offset));
  const told = assignment && describeDirective(section.name.text, assignment.key.text, target.systemd);
  return told && hover(directiveMarkdown(told, target), assignment.key);
}
