/** The pages of the rules, which lie in docs/rules beside the folder of the bundle: for `--explain` and `--list-rules`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageOf } from '../rules/rules.ts';
import type { Paint } from './lint/formats/text.ts';

/** What the pages say. */
export interface RulePages {
  /** A rule's page, as Markdown; undefined where it is not installed. */
  readonly page: (code: string) => string | undefined;
  /** A rule in a few words, from the table of docs/rules/README.md. */
  readonly summary: (code: string) => string | undefined;
}

/** `home`: the directory that the package was installed to. */
export function rulePages(home: string): RulePages {
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(home, 'docs', 'rules', name), 'utf8');
    } catch {
      return undefined; // installed without pages
    }
  };
  let summaries: Map<string, string> | undefined;
  return {
    page: code => read(pageOf(code)),
    summary: code => {
      summaries ??= new Map(
        [...(read('README.md') ?? '').matchAll(/^\| *\[([\w/-]+)\]\([^)]*\) *\|[^|]*\| *(.*?) *\|$/gm)].map(
          ([, name = '', words = '']) => [name, plain(words)] as const,
        ),
      );
      return summaries.get(code);
    },
  };
}

/** A line of Markdown without its marks. */
const plain = (line: string): string => line.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`([^`]*)`|\*\*([^*]*)\*\*/g, '$1$2');

/** A page as text for a terminal: headings stand out, examples are indented, lines are broken. */
export function readable(markdown: string, paint: Paint): string {
  let inExample = false;
  const lines = markdown.trimEnd().split('\n');
  const shown = lines.flatMap((line): string[] => {
    if (line.startsWith('```')) {
      inExample = !inExample;
      return [];
    }
    if (inExample) return [paint('dim', `    ${line}`.trimEnd())];
    const heading = /^#+ (.*)/.exec(line)?.[1];
    if (heading !== undefined) return [paint('bold', plain(heading))];
    if (/^\|[-| :]+\|$/.test(line)) return [];
    if (line.startsWith('|'))
      return [
        plain(line)
          .replace(/^\| *| *\|$/g, '')
          .replace(/ *\| */g, '   '),
      ];
    return wrapped(plain(line));
  });
  return `${shown.join('\n')}\n`;
}

/** The columns of a terminal that pages take. */
const width = 90;

function wrapped(line: string): string[] {
  const indent = ' '.repeat(/^\s*(?:[*-]|\d+\.) /.exec(line)?.[0].length ?? 0);
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + word.length >= width) {
      lines.push(current);
      current = indent + word;
    } else current = current === '' && lines.length === 0 ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
