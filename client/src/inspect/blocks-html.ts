/** A report's blocks as markup: pure. Every text goes through `html`, which escapes it for HTML and for the SVG in it alike. */
import * as l10n from '@vscode/l10n';
import type { Area, Block, Cell, Section } from './document.ts';
import { html, type Markup, nothing } from './html.ts';
import { treemap } from './treemap.ts';

/** What a section holds, its title included; nothing where it says nothing. Places are links only where a click on them can be told. */
export function sectionMarkup({ id, title, blocks }: Section, links: boolean): Markup {
  if (blocks.length === 0) return nothing;
  return html`<h2 id="${id}-title" tabindex="-1">${title}</h2>
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

/** The whole of a treemap at its widest, in pixels, as style.ts has it; a letter of it is about 7 wide. */
const canvas = { width: 1080, height: 380, letter: 7.4 };

/** Places are shares of the whole, so that a narrow editor gets narrow areas and letters of the same size; what does not fit is cut off. */
function treemapMarkup({ name, areas }: Extract<Block, { readonly kind: 'treemap' }>, id: string): Markup {
  const places = treemap(
    areas.map(({ bytes }) => bytes),
    canvas,
  );
  const boxes = places.map(({ x, y, width, height }, n) => {
    const { label, detail, title }: Area = areas[n] ?? { label: '', detail: '', bytes: 0, title: '' };
    const letters = Math.floor((width - 12) / canvas.letter);
    const fits = (at: number, least: number) => letters >= least && height >= at + 4;
    // the end of a path tells of it, the end of a size does not
    const first = fits(17, 4) ? html`<text x="7" y="17">${shortened(label, letters)}</text>` : nothing;
    const second = fits(33, detail.length) ? html`<text class="detail" x="7" y="33">${detail}</text>` : nothing;
    const place = html`x="${share(x, canvas.width)}" y="${share(y, canvas.height)}" width="${share(width, canvas.width)}" height="${share(height, canvas.height)}"`;
    return html`<g role="img" tabindex="0" id="${id}-${n}" aria-label="${title}"><title>${title}</title><svg ${place}><rect width="100%" height="100%"/>${first}${second}</svg></g>\n`;
  });
  return html`<svg class="treemap${areas.length === 1 ? ' single' : ''}" role="group" aria-label="${name}">
${boxes}</svg>\n`;
}

const share = (part: number, whole: number): string => `${Math.round((part / whole) * 10_000) / 100}%`;

/** The end of a path tells more than its beginning. */
function shortened(text: string, letters: number): string {
  const all = [...text];
  return all.length <= letters ? text : `\u2026${all.slice(all.length - letters + 1).join('')}`;
}

/** The words for who can neither see nor point. */
export const sectionsLabel = (): string => l10n.t('Sections');
