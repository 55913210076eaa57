/** A report before it is HTML or Markdown: what is said, in which order, and no markup. */

/** A piece of a line. Plain text is a sentence or word of ours, or a text of the image: all of it is foreign to whoever writes it down. */
export type Cell =
  | string
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'state'; readonly text: string; readonly tone: Tone }
  /** An exposure in tenths, with systemd's word for it. */
  | { readonly kind: 'exposure'; readonly tenths: number; readonly rating: string }
  /** A place in a file of the image. */
  | { readonly kind: 'place'; readonly text: string; readonly path: string; readonly line: number }
  | { readonly kind: 'lines'; readonly cells: readonly Cell[] };

/** How something stands, beside the words that say so. */
export type Tone = 'plain' | 'good' | 'bad';

/** A part of a treemap. */
export interface Area {
  readonly label: string;
  /** A second line, where there is room for one. */
  readonly detail: string;
  readonly bytes: number;
  /** All that is known of it, for who points to it or hears it. */
  readonly title: string;
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, Cell])[] }
  /** The first cell of a row names it. */
  | { readonly kind: 'table'; readonly name: string; readonly heads: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'list'; readonly items: readonly Cell[] }
  | { readonly kind: 'treemap'; readonly name: string; readonly areas: readonly Area[] }
  | { readonly kind: 'quote'; readonly text: string }
  /** What is shown when asked for. */
  | { readonly kind: 'fold'; readonly summary: string; readonly blocks: readonly Block[] };

/** A section; one without blocks is not shown. */
export interface Section {
  /** Stable: pages are updated by it. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A button: what it does, by the name that the panel knows, and its words. */
export interface Action {
  readonly does: string;
  readonly label: string;
}

/** A whole report. */
export interface ReportDocument {
  readonly title: string;
  readonly path: string;
  /** How the image stands on the active host. */
  readonly state: readonly Cell[];
  readonly actions: readonly Action[];
  readonly sections: readonly Section[];
}

/** A table that is not there when it has no rows. */
export function table(name: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): readonly Block[] {
  return rows.length > 0 ? [{ kind: 'table', name, heads, rows }] : [];
}

/** Facts without those that are not known. */
export function facts(rows: readonly (readonly [string, Cell | undefined])[]): Block {
  return { kind: 'facts', rows: rows.flatMap(([name, cell]) => (cell === undefined ? [] : [[name, cell] as const])) };
}

export const code = (text: string): Cell => ({ kind: 'code', text });

/** A file of the image as a place. */
export const wholeFile = (path: string): Cell => ({ kind: 'place', text: path, path, line: 1 });
