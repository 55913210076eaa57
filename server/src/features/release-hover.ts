/** What an editor shows when the pointer rests on a field of an os-release or extension-release. */
import type { Hover } from 'vscode-languageserver';
import { type ReleaseFieldText, releaseFieldText } from '../portable/release-fields.ts';
import type { Target } from '../rules/rule.ts';
import type { JudgedRelease } from './judge-release.ts';

/** A field as Markdown: what it is, and what portabled makes of it. */
export function fieldMarkdown({ key, summary, portable, values, since }: ReleaseFieldText, { systemd }: Target): string {
  const lines = [`**${key.replaceAll('_', '\\_')}=**`, '', summary];
  if (portable !== undefined) lines.push('', `portabled: ${portable}`);
  else lines.push('', 'portabled does not look at it.');
  if (since !== undefined && since > systemd) lines.push('', `That of systemd ${systemd} does not read it yet: since ${since}.`);
  if (values && values.length <= 4) lines.push('', `Values: ${values.map(value => `\`${value}\``).join(', ')}.`);
  return lines.join('\n');
}

/** The hover at an offset of the text; undefined where no known field stands. */
export function releaseHover({ release, lines }: JudgedRelease, offset: number): Hover | undefined {
  const field = release.fields.find(({ start, end }) => offset >= start && offset <= end);
  const text = field && releaseFieldText(field.key.text, release.kind);
  if (!field || !text) return undefined;
  const span = offset <= field.key.end ? field.key : field;
  return { contents: { kind: 'markdown', value: fieldMarkdown(text, release.target) }, range: lines.range(span) };
}
