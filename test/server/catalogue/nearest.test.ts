import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../../server/src/catalogue/nearest.ts';

const names = ['Wants', 'After', 'Before', 'Description', 'ExecStart', 'ExecStartPre', 'ExecStop', 'NoNewPrivileges', 'PrivateTmp'];

test.each([
  ['Descripton', 'Description'],
  ['execstart', 'ExecStart'],
  ['ExecStrat', 'ExecStart'],
  ['ExecStarts', 'ExecStart'],
  ['Wnats', 'Wants'],
  ['NoNewPriviliges', 'NoNewPrivileges'],
  ['Privatetmp', 'PrivateTmp'],
  ['Foo', undefined],
  ['Aft', undefined],
  ['', undefined],
  ['Privat', undefined],
  ['x'.repeat(100_000), undefined],
])('%s: %s', (word, expected) => {
  expect(nearest(word, names)).toBe(expected);
});

/** The plain textbook distance (optimal string alignment). */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      const row = table[i];
      if (row) row[j] = cost;
    }
  }
  return at(a.length, b.length);
}

test('the shortcuts change nothing', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'D'), minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 8 }), (asked, candidates) => {
      const limit = Math.min(3, Math.floor((asked.length + 1) / 3));
      const steps = candidates.map(c => distance(asked.toLowerCase(), c.toLowerCase()));
      const best = Math.min(...steps);
      expect(nearest(asked, candidates)).toBe(best <= limit ? candidates[steps.indexOf(best)] : undefined);
    }),
    { numRuns: 3_000, seed: 4 },
  );
});
