/** The script of a report in VS Code: tells what was clicked, and puts new parts in the place of old ones where the reader is left undisturbed. */
import type { Markup } from './html.ts';

/** No text of an image gets into it. What it is sent was escaped by html.ts, and the page's policy lets nothing in it run. */
export const pageScript: Markup = {
  markup: `
const editor = acquireVsCodeApi();
addEventListener('click', event => {
  const target = event.target instanceof Element ? event.target.closest('[data-do], nav a') : null;
  if (!target) return;
  event.preventDefault();
  if (!target.dataset.do) {
    // VS Code would only scroll there: whoever uses keys or hears the page goes on from the link
    document.getElementById(target.hash.slice(1) + '-title')?.focus();
    return;
  }
  editor.postMessage({ does: target.dataset.do, path: target.dataset.path, line: Number(target.dataset.line) });
});
addEventListener('message', ({ data }) => {
  for (const { id, markup } of data.parts) {
    const part = document.getElementById(id);
    if (!part) continue;
    const reached = () => [...part.querySelectorAll('a, button, summary, [tabindex]')];
    const tables = () => [...part.querySelectorAll('.wide')];
    const open = [...part.querySelectorAll('details[open]')].map(each => each.id);
    const scrolled = tables().map(each => [each.id, each.scrollLeft]);
    const at = reached().indexOf(document.activeElement);
    const focused = at < 0 ? '' : document.activeElement.outerHTML;
    part.innerHTML = markup;
    for (const each of open) document.getElementById(each)?.setAttribute('open', '');
    for (const [table, left] of scrolled) document.getElementById(table)?.scrollTo({ left });
    // what has changed itself is found by its place
    if (at >= 0) (reached().find(each => each.outerHTML === focused) ?? reached()[at])?.focus({ preventScroll: true });
  }
});
`,
};
