/** Units of a tree that wait for each other in a circle. */
import type { LoadedUnit } from '../unit/unit-set.ts';
import { type Named, named, startOf } from './dependencies.ts';
import {
  changedWeb,
  type Graph,
  type Order,
  sameItems,
  sameOrder,
  silent,
  turned,
  type Web,
  walk,
  wayBack,
  webOf,
} from './ordering-web.ts';
import type { Subject, Surroundings, Target } from './rule.ts';
import { type WholeReport, type WholeUnit, wholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

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

/** The same object as before where nothing of it changed. */
function remember(unit: LoadedUnit, { systemd }: Target, order: Order): Order {
  const known = orders.get(unit) ?? new Map<number, KnownOrder>();
  const before = known.get(systemd)?.order;
  const kept = before && sameOrder(before, order) ? before : order;
  orders.set(unit, known.set(systemd, { order: kept, revisions: revisionsOf(unit) }));
  return kept;
}

/** Asked of every unit around at each edit, most of them made of one file. */
function isAsRead({ sources }: LoadedUnit, { revisions }: KnownOrder): boolean {
  if (sources.length === 1) return sources[0].revision?.() === revisions[0];
  return sources.every((source, n) => source.revision?.() === revisions[n]);
}

/** The order of a unit of a set; read once a version, and again when a file of it changed. */
function knownOrder(unit: LoadedUnit, target: Target): Order {
  const known = orders.get(unit)?.get(target.systemd);
  if (known && isAsRead(unit, known)) return known.order;
  const whole = wholeUnit(unit, target);
  return remember(unit, target, whole ? orderOf(whole) : silent);
}

/** More units than this are not searched for circles. */
const most = 5_000;

interface KnownWeb {
  readonly web: Web;
  readonly orders: readonly Order[];
  readonly names: readonly string[];
  /** No file of it ever changes. */
  readonly fixed: boolean;
}

const webs = new WeakMap<readonly LoadedUnit[], Map<number, KnownWeb>>();

/** How all units of a set stand; made once a version, and again when the order of one changed. */
function knownWeb(units: readonly LoadedUnit[], target: Target): Web {
  const known = webs.get(units) ?? new Map<number, KnownWeb>();
  const last = known.get(target.systemd);
  if (last?.fixed) return last.web;
  const now = units.map(unit => knownOrder(unit, target));
  if (last && sameItems(last.orders, now)) return last.web;
  const names = last?.names ?? units.map(unit => unit.name);
  const web = (last && changedWeb(last.web, names, last.orders, now)) ?? webOf(names, now);
  const fixed = last?.fixed ?? units.every(({ sources }) => sources.every(({ revision }) => revision === undefined));
  webs.set(units, known.set(target.systemd, { web, orders: now, names, fixed }));
  return web;
}

/** `own` stands for the unit of its name, whatever the set holds of that. */
const webWith = (units: readonly LoadedUnit[], target: Target, own: WholeUnit): Web =>
  webOf(
    units.map(unit => unit.name),
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
    together ??= roots(pulls, name).map(root => new Set(walk(pulls, root).keys()));
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

/** The unit itself and what starts it, by name: not by which unit was written last. */
function roots(pulls: Graph, name: string): readonly string[] {
  const [own = name, ...others] = walk(turned(pulls), name).keys();
  return [own, ...others.sort()];
}

/** Whether a file belongs to a unit that is in a circle: then it is worth to be judged again, once all files around it were. */
export function isInCircle({ set, path }: Surroundings, target: Target): boolean {
  const units = set.around(path);
  if (units.length < 2 || units.length > most) return false;
  const { circles } = knownWeb(units, target);
  return circles.size > 0 && set.unitsWith(path).some(({ name }) => circles.has(name));
}
