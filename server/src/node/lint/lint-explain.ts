/** What `portable-lint --explain` says of a directive: a bundle of its own, as it holds the texts of all of them. */
import { findDirective } from '../../catalogue/catalogue.ts';
import { describeDirective } from '../../catalogue/describe.ts';
import { directiveMarkdown } from '../../features/explain.ts';
import { allSections } from '../../unit/unit-file.ts';

/** The sections in which people look first for what several of them have. */
const usual = ['Unit', 'Service'];

/** A directive as Markdown; it is named as `ExecStart`, `ExecStart=`, `Service.ExecStart` or `[Service] ExecStart=`. Undefined for what is none. */
export function directivePage(asked: string, systemd: number): string | undefined {
  const [, section, name = ''] = /^(?:\[?([A-Z]\w*)(?:\.|\]\s*))?(\w+)=?$/.exec(asked) ?? [];
  const sections = [...new Set([...usual, ...allSections])].filter(each => findDirective(each, name));
  const first = section === undefined ? sections[0] : sections.find(each => each === section);
  const told = first === undefined ? undefined : describeDirective(first, name, systemd);
  if (!told) return undefined;
  const others = sections.filter(each => each !== first).map(each => `[${each}]`);
  const also = others.length > 0 ? `\n\nAlso in ${others.join(', ')}.` : '';
  // Markdown's own signs are escaped in it
  return `# ${directiveMarkdown(told, { systemd })}${also}\n`.replace(/\\([\p{P}\p{S}])/gu, '$1');
}
