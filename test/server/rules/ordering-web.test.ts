import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedWeb, type Order, silent, webOf } from '../../../server/src/rules/ordering-web.ts';

const names = Array.from({ length: 8 }, (_, n) => `${n}.service`);
const some = fc.subarray(names, { maxLength: 2 });
const order: fc.Arbitrary<Order> = fc.record({
  after: some,
  before: some,
  starts: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 5 }),
  pulls: some,
  pulledBy: some,
});
const change = fc.record({ unit: fc.nat({ max: names.length - 1 }), order: fc.oneof(fc.constant(silent), order) });

/** A graph as a set of ways. */
const ways = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  [...graph].flatMap(([from, tos]) => tos.map(to => `${from} ${to}`)).sort();

/** The names that are in circles, those of one circle together. */
const together = (circles: ReadonlyMap<string, number>): readonly string[] =>
  [...new Set(circles.values())].map(circle => names.filter(name => circles.get(name) === circle).join(' ')).sort();

test('a web that was changed is the one that is made anew', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), changes => {
      let orders: readonly Order[] = names.map(() => silent);
      let web = webOf(names, orders);
      for (const { unit, order } of changes) {
        const now = orders.with(unit, order);
        const fresh = webOf(names, now);
        const changed = changedWeb(web, names, orders, now);
        if (changed) {
          expect(ways(changed.waits)).toEqual(ways(fresh.waits));
          expect(ways(changed.pulls)).toEqual(ways(fresh.pulls));
          expect(together(changed.circles)).toEqual(together(fresh.circles));
        }
        web = changed ?? fresh;
        orders = now;
      }
    }),
    { seed: 262, numRuns: 500 },
  );
});

test('a change that makes no circle makes no new web', () => {
  const before = names.map(() => silent);
  const web = webOf(names, before);
  const now = before.with(3, { ...silent, after: ['1.service', 'network.target'] });
  expect(changedWeb(web, names, before, now)).toBe(web);
  const circle = now.with(1, { ...silent, after: ['3.service'] });
  expect(changedWeb(web, names, now, circle)).toBeUndefined();
});
