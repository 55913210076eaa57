/** How the units of one manager wait for each other and start each other, by name; kept up to date while single units change. */

/** What a unit says of its order, and of the units that start with it; all of them by name. */
export interface Order {
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** What a socket, timer or path starts: it waits for them. */
  readonly starts: string | undefined;
  /** Units that are started with it. */
  readonly pulls: readonly string[];
  /** Units that start it, once it is enabled. */
  readonly pulledBy: readonly string[];
}

/** The order of a unit that says nothing of it. */
export const silent: Order = { after: [], before: [], starts: undefined, pulls: [], pulledBy: [] };

/** Whether two lists hold the same, one by one. */
export const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, n) => item === b[n]);

/** Whether two units say the same of their order. */
export const sameOrder = (a: Order, b: Order): boolean =>
  a.starts === b.starts &&
  sameItems(a.after, b.after) &&
  sameItems(a.before, b.before) &&
  sameItems(a.pulls, b.pulls) &&
  sameItems(a.pulledBy, b.pulledBy);

/** From a name to the names next to it. */
export type Graph = Map<string, string[]>;

/** How the units of a manager wait for each other and start each other. */
export interface Web {
  readonly waits: Graph;
  readonly pulls: Graph;
  /** The number of the circle that a name is in; absent for names in none. The same object until a circle comes or goes. */
  readonly circles: ReadonlyMap<string, number>;
}

type Change = (graph: Graph, from: string, to: string) => void;

const add: Change = (graph, from, to) => {
  const there = graph.get(from);
  if (there) there.push(to);
  else graph.set(from, [to]);
};

const remove: Change = (graph, from, to) => {
  const there = graph.get(from) ?? [];
  const at = there.lastIndexOf(to);
  if (at >= 0) there.splice(at, 1);
};

/** Adds what a unit says to a web, or removes it. */
function apply(change: Change, { waits, pulls }: Omit<Web, 'circles'>, name: string, order: Order) {
  for (const other of order.after) change(waits, name, other);
  for (const other of order.before) change(waits, other, name);
  if (order.starts) change(waits, order.starts, name);
  for (const other of order.pulls) change(pulls, name, other);
  for (const other of order.pulledBy) change(pulls, other, name);
}

/** The web of units with their orders. */
export function webOf(names: readonly string[], orders: readonly Order[]): Web {
  const graphs = { waits: new Map(), pulls: new Map() };
  names.forEach((name, n) => {
    apply(add, graphs, name, orders[n] ?? silent);
  });
  return { ...graphs, circles: circlesOf(graphs.waits) };
}

/** More units than this that changed are a new web. */
const fewChanges = 8;

/**
 * The web of the same units after the orders of a few changed, in the place of the one before, which is used up. Undefined where it has to be
 * made anew: where one of these is, or comes to be, in a circle. Which way round is found first hangs on the order of the names in it.
 */
export function changedWeb(web: Web, names: readonly string[], before: readonly Order[], now: readonly Order[]): Web | undefined {
  if (before.length !== now.length) return undefined;
  const changed = names.map((name, n) => ({ name, was: before[n], is: now[n] })).filter(({ was, is }) => was !== is);
  if (changed.length > fewChanges || changed.some(({ name }) => web.circles.has(name))) return undefined;
  for (const { name, was } of changed) apply(remove, web, name, was ?? silent);
  for (const { name, is } of changed) apply(add, web, name, is ?? silent);
  // a new circle goes through a unit that changed
  return changed.some(({ name }) => comesBack(web.waits, name)) ? undefined : web;
}

/** Whether one comes from a name back to it. */
function comesBack(graph: Graph, name: string): boolean {
  const seen = new Set(graph.get(name));
  for (const here of seen) {
    if (here === name) return true;
    for (const next of graph.get(here) ?? []) seen.add(next);
  }
  return false;
}

/** The strongly connected parts of a graph that have more than one name, numbered (Tarjan's algorithm, without recursion). */
function circlesOf(graph: Graph): ReadonlyMap<string, number> {
  const circles = new Map<string, number>();
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const waiting = new Set<string>();
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const path: { readonly name: string; next: number }[] = [];
    const enter = (name: string) => {
      index.set(name, index.size);
      lowest.set(name, index.size - 1);
      stack.push(name);
      waiting.add(name);
      path.push({ name, next: 0 });
    };
    const lower = (name: string, to: number) => lowest.set(name, Math.min(lowest.get(name) ?? to, to));
    enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = graph.get(top.name)?.[top.next++];
      if (next !== undefined) {
        if (!index.has(next)) enter(next);
        else if (waiting.has(next)) lower(top.name, index.get(next) ?? 0);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      const low = lowest.get(top.name) ?? 0;
      if (above) lower(above.name, low);
      if (low !== index.get(top.name)) continue;
      const part = stack.splice(stack.lastIndexOf(top.name));
      for (const name of part) {
        waiting.delete(name);
        if (part.length > 1) circles.set(name, low);
      }
    }
  }
  return circles;
}

/** The same with every way turned round. */
export function turned(graph: Graph): Graph {
  const back: Graph = new Map();
  for (const [from, tos] of graph) for (const to of tos) add(back, to, from);
  return back;
}

/** Where one comes to from a name, each with the one before it; only over names of a set, where there is one. */
export function walk(graph: Graph, from: string, within?: ReadonlySet<string>): ReadonlyMap<string, string | undefined> {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const here of cameFrom.keys()) {
    for (const next of graph.get(here) ?? []) {
      if (!cameFrom.has(next) && within?.has(next) !== false) cameFrom.set(next, here);
    }
  }
  return cameFrom;
}

/** The shortest way from `to` back to `from` over names of a set; undefined where there is none. */
export function wayBack(waits: Graph, from: string, to: string, within: ReadonlySet<string>): readonly string[] | undefined {
  if (!within.has(from) || !within.has(to)) return undefined;
  const cameFrom = walk(waits, to, within);
  if (!cameFrom.has(from)) return undefined;
  const way: string[] = [];
  for (let step: string | undefined = from; step !== undefined; step = cameFrom.get(step)) way.unshift(step);
  return way;
}
