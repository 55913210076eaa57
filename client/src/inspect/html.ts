/** Builds HTML in which no text can be anything but text. The only place where markup is made from strings. */

/** A piece of finished markup. Made by `html` only, so that whatever is not one gets escaped. */
export interface Markup {
  readonly markup: string;
}

/** Characters that mean something in HTML, in text as in quoted attributes. */
const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Text as HTML shows it. Control characters and direction marks become a visible mark: they would hide or reorder what follows. */
export function escapeHtml(text: string): string {
  return text.replace(/[^\P{C}\n\t]|[\u2028\u2029]/gu, '\u{fffd}').replace(/[&<>"'`]/g, character => special[character] ?? '');
}

/** Values that `html` takes: text and numbers are escaped, markup and lists of it are not. */
type Value = string | number | Markup | readonly Markup[];

/** Markup from a template: every value that is not markup itself is escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: strings.reduce((all, part, i) => all + render(values[i - 1]) + part) };
}

function render(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map(one => one.markup).join('');
}

/** No markup. */
export const nothing: Markup = { markup: '' };
