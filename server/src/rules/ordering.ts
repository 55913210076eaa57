/** Units of a tree that wait for each other in a circle. */
import type { LoadedUnit } from '../unit/unit-set.ts';
import { type Named, named, startOf } from './dependencies.ts';
import type { Subject, Target } from './rule.ts';
import { type WholeReport, type WholeUnit, wholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

/** What a unit says of its order, and of the units that start with it. */
interface Order {
  readonly systemd: number;
  readonly after: readonly Named[];
  readonly before: readonly Named[];
  /** What a socket, timer or path starts: it waits for them. */
  readonly starts: string | undefined;
  /** Units that are started with it. */
  readonly pulls: readonly string[];
  /** Units that start it, once it is enabled. */
  readonly pulledBy: readonly string[];
}

const namesOf = (whole: WholeUnit, keys: readonly string[], section: string): readonly string[] =>
  named(whole, keys, section).map(({ name }) => name);

function orderOf(whole: WholeUnit): Order {
  return {
    systemd: whole.systemd,
    after: named(whole, ['After'], 'Unit'),
    before: named(whole, ['Before'], 'Unit'),
    starts: startOf(whole),
    pulls: namesOf(whole, ['Requires', 'BindsTo', 'Wants', 'Upholds'], 'Unit'),
    pulledBy: namesOf(whole, ['WantedBy', 'RequiredBy', 'UpheldBy'], 'Install'),
  };
}

const known = new WeakMap<LoadedUnit, Order>();
const silent: Omit<Order, 'systemd'> = { after: [], before: [], starts: undefined, pulls: [], pulledBy: [] };

/** The order of a unit around; read once a version. */
function knownOrder(unit: LoadedUnit, target: Target): Order {
  const last = known.get(unit);
  if (last?.systemd === target.systemd) return last;
  const whole = wholeUnit(unit, target);
  const order = whole ? orderOf(whole) : { systemd: target.systemd, ...silent };
  known.set(unit, order);
  return order;
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

/**
 * Units that wait for each other in a circle and are started together, by one of them or by what wants them: systemd breaks the circle by
 * leaving one of them out (src/core/transaction.c, transaction_verify_order_one).
 */
export function orderingCycle(whole: WholeUnit, { among, target }: Subject): readonly WholeReport[] {
  const { name } = whole;
  if (!among || name === undefined) return [];
  const own = orderOf(whole);
  if (own.after.length + own.before.length === 0) return [];
  const units = among.set.around(among.path);
  if (units.length < 2 || units.length > most) return [];

  const waits: Graph = new Map();
  const pulls: Graph = new Map();
  for (const unit of units) {
    const order = unit.name === name ? own : knownOrder(unit, target);
    for (const other of order.after) add(waits, unit.name, other.name);
    for (const other of order.before) add(waits, other.name, unit.name);
    if (order.starts) add(waits, order.starts, unit.name);
    for (const other of order.pulls) add(pulls, unit.name, other);
    for (const other of order.pulledBy) add(pulls, other, unit.name);
  }
  let together: readonly ReadonlySet<string>[] | undefined;
  const circle = (from: string, to: string) => {
    if (!walk(waits, to).has(from)) return undefined;
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
  return [...own.after.flatMap(one => report(one, name, one.name)), ...own.before.flatMap(one => report(one, one.name, name))];
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
