/**
 * The rows of a tree as VS Code holds them, and which of them changed: pure. VS Code forgets all rows below one that it draws anew, and a button
 * or menu of a forgotten row acts on nothing. So only what shows something else is drawn anew.
 */
import type { ItemSpec } from './item-spec.ts';

/** A row: one object for as long as the tree has it, whatever it shows meanwhile. */
export interface Row<N> {
  readonly node: N;
}

export interface RowsParts<N> {
  item(node: N): ItemSpec;
  /** What is known to stand below a node, or topmost; undefined where that has to be asked for. */
  children(node: N | undefined): readonly N[] | undefined;
  /** Asks for it. */
  ask(node: N | undefined): Promise<readonly N[]>;
  /** Has these drawn anew, with everything below them; undefined: the whole tree. */
  redraw(rows: Row<N>[] | undefined): void;
}

export interface Rows<N> {
  /** The rows below one, or the topmost ones, for VS Code to draw. */
  below(row: Row<N> | undefined): Promise<Row<N>[]>;
  /** Compares what is drawn with what there is now. Rows that were asked for are asked for anew only where `askedFor` says so. */
  update(askedFor?: boolean): void;
}

interface Drawn<N> {
  readonly row: { node: N };
  /** What it shows, to compare. */
  shows: string;
  /** Ids of the rows below it, once these were wanted. */
  below?: readonly string[];
}

/** Creates them; nothing is drawn before VS Code asks for it. */
export function createRows<N>({ item, children, ask, redraw }: RowsParts<N>): Rows<N> {
  const drawn = new Map<string, Drawn<N>>();
  let top: readonly string[] | undefined;

  function forget(ids: readonly string[]): void {
    for (const id of ids) {
      forget(drawn.get(id)?.below ?? []);
      drawn.delete(id);
    }
  }

  function draw(node: N): { readonly id: string; readonly row: Row<N> } {
    const spec = item(node);
    const known = drawn.get(spec.id) ?? { row: { node }, shows: '' };
    known.row.node = node;
    known.shows = JSON.stringify(spec);
    drawn.set(spec.id, known);
    return { id: spec.id, row: known.row };
  }

  /** Notes into `changed` which rows show something else than was drawn; false where they are other rows. */
  function compare(ids: readonly string[], nodes: readonly N[], askedFor: boolean, changed: Row<N>[]): boolean {
    const specs = nodes.map(item);
    if (ids.length !== specs.length || specs.some(({ id }, i) => id !== ids[i])) return false;
    nodes.forEach((node, i) => {
      const spec = specs[i];
      const known = spec && drawn.get(spec.id);
      if (!known) return;
      const shows = JSON.stringify(spec);
      const inner: Row<N>[] = [];
      const now = known.below && children(node);
      const same = known.below && now ? compare(known.below, now, askedFor, inner) : !(askedFor && known.below);
      if (same && shows === known.shows) changed.push(...inner);
      else changed.push(known.row);
      known.row.node = node;
      known.shows = shows;
    });
    return true;
  }

  return {
    below: async row => {
      const parent = row && drawn.get(item(row.node).id);
      const rows = (children(row?.node) ?? (await ask(row?.node))).map(draw);
      const ids = rows.map(({ id }) => id);
      const before = row ? parent?.below : top;
      forget((before ?? []).filter(id => !ids.includes(id)));
      if (!row) top = ids;
      else if (parent) parent.below = ids;
      return rows.map(each => each.row);
    },
    update: (askedFor = false) => {
      const nodes = children(undefined);
      if (!top || !nodes) return; // VS Code has yet to ask
      const changed: Row<N>[] = [];
      if (!compare(top, nodes, askedFor, changed)) redraw(undefined);
      else if (changed.length > 0) redraw(changed);
    },
  };
}
