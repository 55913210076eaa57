/** Units of a tree that wait for each other in a circle. */
import type { LoadedUnit } from '../unit/unit-set.ts';
import { type Named, named, startOf } from './dependencies.ts';
import type { Subject, Surroundings, Target } from './rule.ts';
import { type WholeReport, type WholeUnit, wholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

/** What a unit says of its order, and of the units that start with it; all of them by name. */
interface Order {
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** What a socket, timer or path starts: it waits for them. */
  readonly starts: string | undefined;
  /** Units that are started with it. */
  readonly pulls: readonly string[];
  /** Units that start it, once it is enabled. */
  readonly pulledBy: readonly string[];
}

const namesOf = (whole: WholeUnit, keys: readonly string[], section: string): readonly string[] =>
  named(whole, keys, section).map(({ name }) => name);

const orderOf = (whole: WholeUnit): Order => ({
  after: namesOf(whole, ['After'], 'Unit'),
  before: namesOf(whole, ['Before'], 'Unit'),
  starts: startOf(whole),
  pulls: namesOf(whole, ['Requires', 'BindsTo', 'Wants', 'Upholds'], 'Unit'),
  pulledBy: namesOf(whole, ['WantedBy', 'RequiredBy', 'UpheldBy'], 'Install'),
});

/** What was read of a unit, and the revisions of the files that it was read from. */
interface KnownOrder {
  readonly order: Order;
  readonly revisions: readonly unknown[];
}

const orders = new WeakMap<LoadedUnit, Map<number, KnownOrder>>();

const revisionsOf = ({ sources }: LoadedUnit): readonly unknown[] => sources.map(source => source.revision?.());
const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((item, n) => item === b[n]);

/** The same object as before where nothing of it changed. */
function remember(unit: LoadedUnit, { systemd }: Target, order: Order): Order {
  const known = orders.get(unit) ?? new Map<number, KnownOrder>();
  const before = known.get(systemd)?.order;
  const kept = before && sameOrder(before, order) ? before : order;
  orders.set(unit, known.set(systemd, { order: kept, revisions: revisionsOf(unit) }));
  return kept;
}

const sameOrder = (a: Order, b: Order): boolean =>
  a.starts === b.starts &&
  sameItems(a.after, b.after) &&
  sameItems(a.before, b.before) &&
  sameItems(a.pulls, b.pulls) &&
  sameItems(a.pulledBy, b.pulledBy);

const silent: Order = { after: [], before: [], starts: undefined, pulls: [], pulledBy: [] };

/** The order of a unit of a set; read once a version, and again when a file of it changed. */
function knownOrder(unit: LoadedUnit, target: Target): Order {
  const known = orders.get(unit)?.get(target.systemd);
  if (known && unit.sources.every((source, n) => source.revision?.() === known.revisions[n])) return known.order;
  const whole = wholeUnit(unit, target);
  return remember(unit, target, whole ? orderOf(whole) : silent);
}

/** More units than this are not searched for circles. */
const most = 5_000;

/** From a name to the names next to it. */
type Graph = Map<string, string[]>;

function add(graph: Graph, from: string, to: string) {
  const there = graph.get(from);
  if (there) there.push(to);
  else graph.set(from, [to]);
}

/** How the units of a manager wait for each other and start each other. */
interface Web {
  readonly waits: Graph;
  readonly pulls: Graph;
  /** The number of the circle that a name is in; absent for names in none. */
  readonly circles: ReadonlyMap<string, number>;
}

function webOf(units: readonly LoadedUnit[], unitOrders: readonly Order[]): Web {
  const waits: Graph = new Map();
  const pulls: Graph = new Map();
  for (const [n, unit] of units.entries()) {
    const order = unitOrders[n] ?? silent;
    for (const other of order.after) add(waits, unit.name, other);
    for (const other of order.before) add(waits, other, unit.name);
    if (order.starts) add(waits, order.starts, unit.name);
    for (const other of order.pulls) add(pulls, unit.name, other);
    for (const other of order.pulledBy) add(pulls, other, unit.name);
  }
  return { waits, pulls, circles: circlesOf(waits) };
}

interface KnownWeb {
  readonly web: Web;
  readonly orders: readonly Order[];
}

const webs = new WeakMap<readonly LoadedUnit[], Map<number, KnownWeb>>();

/** How all units of a set stand; made once a version, and again when the order of one changed. */
function knownWeb(units: readonly LoadedUnit[], target: Target): Web {
  const known = webs.get(units) ?? new Map<number, KnownWeb>();
  const last = known.get(target.systemd);
  const now = units.map(unit => knownOrder(unit, target));
  if (last && sameItems(last.orders, now)) return last.web;
  const web = webOf(units, now);
  webs.set(units, known.set(target.systemd, { web, orders: now }));
  return web;
}

/** `own` stands for the unit of its name, whatever the set holds of that. */
const webWith = (units: readonly LoadedUnit[], target: Target, own: WholeUnit): Web =>
  webOf(
    units,
    units.map(unit => (unit.name === own.name ? orderOf(own) : knownOrder(unit, target))),
  );

/** The units that are in circles; the same object until the order of a unit changes. Undefined where no rule asked for it yet. */
export function circlesAround({ set, path }: Surroundings, target: Target): ReadonlyMap<string, number> | undefined {
  const units = set.around(path);
  return webs.get(units)?.has(target.systemd) ? knownWeb(units, target).circles : undefined;
}

/**
 * Units that wait for each other in a circle and are started together, by one of them or by what wants them: systemd breaks the circle by
 * leaving one of them out (src/core/transaction.c, transaction_verify_order_one).
 */
export function orderingCycle(whole: WholeUnit, { among, target, tree }: Subject): readonly WholeReport[] {
  const { name } = whole;
  if (!among || name === undefined) return [];
  if (among.circlesLater) {
    const unit = among.set.find(name, among.path);
    if (unit) remember(unit, target, orderOf(whole));
    return [];
  }
  const after = named(whole, ['After'], 'Unit');
  const before = named(whole, ['Before'], 'Unit');
  if (after.length + before.length === 0) return [];
  const units = among.set.around(among.path);
  if (units.length < 2 || units.length > most) return [];

  // an editor's text may be ahead of the set's
  const sources = among.set.unitsWith(among.path)[0]?.sources;
  const asInSet = sources?.find(source => source.path === among.path)?.tree() === tree;
  const { waits, pulls, circles } = asInSet ? knownWeb(units, target) : webWith(units, target, whole);
  let together: readonly ReadonlySet<string>[] | undefined;
  const circle = (from: string, to: string) => {
    const one = circles.get(from);
    if (one === undefined || one !== circles.get(to)) return undefined;
    // whatever starts the unit starts the others too, or there is no circle
    together ??= [...walk(turned(pulls), name).keys()].map(root => new Set(walk(pulls, root).keys()));
    return together.map(started => wayBack(waits, from, to, started)).find(way => way !== undefined);
  };
  const report = (one: Named, from: string, to: string): WholeReport[] => {
    const way = from === to ? undefined : circle(from, to);
    if (!way) return [];
    const chain = [from, ...way].map(quoted).join(' after ');
    return [
      {
        at: one.at,
        part: one.part,
        message: `These units wait for each other in a circle, and systemd leaves one of them out to break it: ${chain}.`,
      },
    ];
  };
  return [...after.flatMap(one => report(one, name, one.name)), ...before.flatMap(one => report(one, one.name, name))];
}

/** Whether a file belongs to a unit that is in a circle: then it is worth to be judged again, once all files around it were. */
export function isInCircle({ set, path }: Surroundings, target: Target): boolean {
  const units = set.around(path);
  if (units.length < 2 || units.length > most) return false;
  const { circles } = knownWeb(units, target);
  return circles.size > 0 && set.unitsWith(path).some(({ name }) => circles.has(name));
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
function turned(graph: Graph): Graph {
  const back: Graph = new Map();
  for (const [from, tos] of graph) for (const to of tos) add(back, to, from);
  return back;
}

/** Where one comes to from a name, each with the one before it; only over names of a set, where there is one. */
function walk(graph: Graph, from: string, within?: ReadonlySet<string>): ReadonlyMap<string, string | undefined> {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const here of cameFrom.keys()) {
    for (const next of graph.get(here) ?? []) {
      if (!cameFrom.has(next) && within?.has(next) !== false) cameFrom.set(next, here);
    }
  }
  return cameFrom;
}

/** The shortest way from `to` back to `from` over names of a set; undefined where there is none. */
function wayBack(waits: Graph, from: string, to: string, within: ReadonlySet<string>): readonly string[] | undefined {
  if (!within.has(from) || !within.has(to)) return undefined;
  const cameFrom = walk(waits, to, within);
  if (!cameFrom.has(from)) return undefined;
  const way: string[] = [];
  for (let step: string | undefined = from; step !== undefined; step = cameFrom.get(step)) way.unshift(step);
  return way;
}
