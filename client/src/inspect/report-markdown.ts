/** The image report as Markdown: pure. Every text of image and host goes through `forMarkdown`. */
import { forMarkdown } from '../common/sinks.ts';
import { exposureWords } from './blocks-html.ts';
import type { Block, Cell, ReportDocument } from './document.ts';

/** The whole report, for a comment or an issue. */
export function reportMarkdown({ title, path, state, sections }: ReportDocument): string {
  const parts = [`# ${forMarkdown(title)}`, forMarkdown(path), state.map(cellText).join(' ')];
  for (const { title: name, blocks } of sections) {
    if (blocks.length > 0) parts.push(`## ${forMarkdown(name)}`, ...blocks.flatMap(blockText));
  }
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function blockText(block: Block): readonly string[] {
  switch (block.kind) {
    case 'text':
      return [forMarkdown(block.text)];
    case 'heading':
      return [`### ${forMarkdown(block.text)}`];
    case 'facts':
      return [block.rows.map(([name, cell]) => `* ${forMarkdown(name)}: ${cellText(cell)}`).join('\n')];
    case 'table':
      return [
        [
          row(block.heads),
          row(
            block.heads.map(() => '---'),
            true,
          ),
          ...block.rows.map(cells => row(cells)),
        ].join('\n'),
      ];
    case 'list':
      return [block.items.map(item => `* ${cellText(item)}`).join('\n')];
    case 'treemap':
      return []; // a table says the same
    case 'quote':
      return [
        block.text
          .trimEnd()
          .split('\n')
          .map(line => `> ${forMarkdown(line)}`)
          .join('\\\n'),
      ];
    case 'fold':
      return [`**${forMarkdown(block.summary)}**`, ...block.blocks.flatMap(blockText)];
  }
}

const row = (cells: readonly Cell[], rule = false): string =>
  `| ${cells.map(cell => (rule ? String(cell) : cellText(cell))).join(' | ')} |`;

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return forMarkdown(cell);
  switch (cell.kind) {
    case 'code':
    case 'state':
    case 'place':
      return forMarkdown(cell.text);
    case 'exposure':
      return exposureWords(cell.tenths, forMarkdown(cell.rating));
    case 'lines':
      return cell.cells.map(cellText).join(', ');
  }
}
