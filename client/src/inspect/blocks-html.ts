/** A report's blocks as markup: pure. Every text goes through `html`, which escapes it for HTML and for the SVG in it alike. */
import * as l10n from '@vscode/l10n';
import type { Area, Block, Cell, Section } from './document.ts';
import { html, type Markup, nothing } from './html.ts';
import { treemap } from './treemap.ts';

/** What a section holds, its title included; nothing where it says nothing. Places are links only where a click on them can be told. */
export function sectionMarkup({ id, title, blocks }: Section, links: boolean): Markup {
  if (blocks.length === 0) return nothing;
  return html`<h2 id="${id}-title">${title}</h2>
${blocks.map((block, n) => blockMarkup(block, `${id}-${n}`, links))}`;
}

function blockMarkup(block: Block, id: string, links: boolean): Markup {
  const cellMarkup = (cell: Cell) => markupOf(cell, links);
  switch (block.kind) {
    case 'text':
      return html`<p>${block.text}</p>\n`;
    case 'heading':
      return html`<h3>${block.text}</h3>\n`;
    case 'facts':
      return html`<dl>${block.rows.map(([name, cell]) => html`<dt>${name}</dt><dd>${cellMarkup(cell)}</dd>\n`)}</dl>\n`;
    case 'table':
      return tableMarkup(block, id, cellMarkup);
    case 'list':
      return html`<ul class="plain">${block.items.map(item => html`<li>${cellMarkup(item)}</li>\n`)}</ul>\n`;
    case 'treemap':
      return treemapMarkup(block, id);
    case 'quote':
      return html`<pre tabindex="0" id="${id}">${block.text}</pre>\n`;
    case 'fold':
      return html`<details id="${id}"><summary id="${id}-summary">${block.summary}</summary>
${block.blocks.map((inner, n) => blockMarkup(inner, `${id}-${n}`, links))}</details>\n`;
  }
}

/** A table with a header row, scrollable by itself where it is too wide, also by keyboard. */
function tableMarkup(
  { name, heads, rows }: Extract<Block, { readonly kind: 'table' }>,
  id: string,
  cellMarkup: (cell: Cell) => Markup,
): Markup {
  const body = rows.map(
    ([first = '', ...others]) =>
      html`<tr><th scope="row">${cellMarkup(first)}</th>${others.map(cell => html`<td>${cellMarkup(cell)}</td>`)}</tr>\n`,
  );
  return html`<div class="wide" role="group" aria-label="${name}" tabindex="0" id="${id}"><table>
<thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table></div>\n`;
}

function markupOf(cell: Cell, links: boolean): Markup {
  if (typeof cell === 'string') return html`${cell}`;
  switch (cell.kind) {
    case 'code':
      return html`<code>${cell.text}</code>`;
    case 'state':
      return html`<span class="state ${cell.tone}">${cell.text}</span>`;
    case 'lines':
      return html`${cell.cells.map(line => html`<div>${markupOf(line, links)}</div>`)}`;
    case 'place':
      if (!links) return html`<code>${cell.text}</code>`;
      return html`<a href="#" data-do="open" data-path="${cell.path}" data-line="${cell.line}">${cell.text}</a>`;
    case 'exposure': {
      const { tenths, rating } = cell;
      const tone = tenths < 50 ? 'low' : tenths < 75 ? 'middle' : 'high';
      return html`<span class="exposure"><svg class="bar ${tone}" viewBox="0 0 100 8" aria-hidden="true"><rect width="${tenths}" height="8"/></svg> ${exposureWords(tenths, rating)}</span>`;
    }
  }
}

/** `2.1 ok`: systemd's own number and word. */
export const exposureWords = (tenths: number, rating: string): string => `${Math.floor(tenths / 10)}.${tenths % 10} ${rating}`;

/** The whole of a treemap, in units of its own; a letter of it is about 7 wide. */
const canvas = { width: 1000, height: 380, letter: 7.4 };

function treemapMarkup({ name, areas }: Extract<Block, { readonly kind: 'treemap' }>, id: string): Markup {
  const places = treemap(
    areas.map(({ bytes }) => bytes),
    canvas,
  );
  const boxes = places.map(({ x, y, width, height }, n) => {
    const area: Area = areas[n] ?? { label: '', bytes: 0, title: '' };
    const [w, h] = [Math.max(width - 2, 0), Math.max(height - 2, 0)];
    const letters = Math.floor((w - 8) / canvas.letter);
    const label = h < 16 || letters < 4 ? '' : shortened(area.label, letters);
    const text = label === '' ? nothing : html`<text x="${rounded(x + 6)}" y="${rounded(y + 16)}">${label}</text>`;
    return html`<g role="img" tabindex="0" id="${id}-${n}" aria-label="${area.title}"><title>${area.title}</title><rect x="${rounded(x + 1)}" y="${rounded(y + 1)}" width="${rounded(w)}" height="${rounded(h)}"/>${text}</g>\n`;
  });
  return html`<svg class="treemap" role="group" aria-label="${name}" viewBox="0 0 ${canvas.width} ${canvas.height}">
${boxes}</svg>\n`;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The end of a path tells more than its beginning. */
function shortened(text: string, letters: number): string {
  const all = [...text];
  return all.length <= letters ? text : `\u2026${all.slice(all.length - letters + 1).join('')}`;
}

/** The words for who can neither see nor point. */
export const sectionsLabel = (): string => l10n.t('Sections');
