/** The image report as a page: pure. */
import { sectionMarkup, sectionsLabel } from './blocks-html.ts';
import type { Cell, ReportDocument } from './document.ts';
import { html, type Markup, nothing } from './html.ts';
import { pageScript } from './page-script.ts';
import { palette } from './palette.ts';
import { style } from './style.ts';

/** Where a page is shown: in VS Code, where a script with the nonce tells what was clicked, or in any browser, where nothing runs. */
export type Place = { readonly kind: 'editor'; readonly nonce: string } | { readonly kind: 'file' };

/** A part of the page that is put in the place of an older one. */
export interface Part {
  readonly id: string;
  readonly markup: string;
}

/** The whole page. Only its own style and script apply; no image, no font, no network. */
export function reportPage(report: ReportDocument, place: Place, language = 'en'): string {
  const inEditor = place.kind === 'editor';
  const policy = inEditor
    ? `default-src 'none'; style-src 'nonce-${place.nonce}'; script-src 'nonce-${place.nonce}'`
    : "default-src 'none'; style-src 'unsafe-inline'";
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.title}</title>
${inEditor ? html`<style nonce="${place.nonce}">${style}</style>` : html`<style>${palette}${style}</style>`}
</head>
<body>
${bodyMarkup(report, place)}
${inEditor ? html`<script nonce="${place.nonce}">${pageScript}</script>\n` : nothing}</body>
</html>
`.markup;
}

/** The parts of a page, in order: what can be put in the place of older ones. */
export function reportParts(report: ReportDocument): readonly Part[] {
  return [
    { id: 'head', markup: headMarkup(report).markup },
    { id: 'actions', markup: actionsMarkup(report).markup },
    { id: 'contents', markup: contentsMarkup(report).markup },
    ...report.sections.map(section => ({ id: section.id, markup: sectionMarkup(section, true).markup })),
  ];
}

function bodyMarkup(report: ReportDocument, place: Place): Markup {
  const { sections } = report;
  const actions = place.kind === 'editor' ? html`<div id="actions">${actionsMarkup(report)}</div>\n` : nothing;
  return html`<header>
<div id="head">${headMarkup(report)}</div>
${actions}</header>
<nav id="contents" aria-label="${sectionsLabel()}">${contentsMarkup(report)}</nav>
<main>
${sections.map(section => html`<section id="${section.id}" aria-labelledby="${section.id}-title">${sectionMarkup(section, place.kind === 'editor')}</section>\n`)}</main>`;
}

function headMarkup({ title, path, state }: ReportDocument): Markup {
  return html`<h1>${title}</h1>
<p class="path">${path}</p>
<p>${state.map(stateMarkup)}</p>`;
}

const stateMarkup = (cell: Cell): Markup => {
  if (typeof cell === 'string') return html`${cell}`;
  return cell.kind === 'state' ? html`<span class="state ${cell.tone}">${cell.text}</span> ` : nothing;
};

function actionsMarkup({ actions }: ReportDocument): Markup {
  return html`${actions.map(({ does, label }) => html`<button type="button" id="do-${does}" data-do="${does}">${label}</button>\n`)}`;
}

function contentsMarkup({ sections }: ReportDocument): Markup {
  const shown = sections.filter(({ blocks }) => blocks.length > 0);
  return html`<ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul>`;
}
