/** What an editor shows when the pointer rests on a directive or a section header. */
import type { Hover } from 'vscode-languageserver';
import { describeDirective } from '../catalogue/describe.ts';
import type { Target } from '../rules/rule.ts';
import type { Span } from '../unit/tree.ts';
import { directiveMarkdown, sectionMarkdown } from './explain.ts';
import type { JudgedUnit } from './judge.ts';
import { markdownText } from './markdown.ts';
import { inShipped } from './profile-base.ts';

const within = ({ start, end }: Span, offset: number): boolean => offset >= start && offset <= end;

/** The hover at an offset of the text; undefined where nothing is known of what stands there. */
export function hoverOf(
  { tree, lines, unit }: Pick<JudgedUnit, 'tree' | 'lines'> & Partial<Pick<JudgedUnit, 'unit'>>,
  offset: number,
  target: Target,
): Hover | undefined {
  const section = tree.sections.findLast(({ header }) => header.start <= offset);
  if (!section) return undefined;
  const hover = (value: string | undefined, span: Span): Hover | undefined =>
    value === undefined ? undefined : { contents: { kind: 'markdown', value }, range: lines.range(span) };
  if (within(section.header, offset)) return hover(sectionMarkdown(section.name.text), section.header);
  const assignment = section.assignments.find(({ key }) => within(key, offset));
  const told = assignment && describeDirective(section.name.text, assignment.key.text, target.systemd);
  const profiles = unit?.role === 'profile' && section.name.text === 'Service' ? profilesMarkdown(assignment?.key.text ?? '', target) : '';
  return told && hover(directiveMarkdown(told, target) + profiles, assignment.key);
}

/** What the profiles that systemd brings set a directive to, for whoever writes one. */
function profilesMarkdown(key: string, { systemd }: Target): string {
  const set = inShipped(key, systemd);
  if (!set) return `\n\n${markdownText(`No profile that systemd ${systemd} brings sets it.`)}`;
  const rows = set.map(({ profiles, value }) => `- ${markdownText(`${profiles.join(', ')}: ${value === '' ? 'emptied' : value}`)}`);
  return `\n\n${markdownText(`In the profiles that systemd ${systemd} brings:`)}\n\n${rows.join('\n')}`;
}
