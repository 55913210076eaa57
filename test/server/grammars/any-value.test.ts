/** Whatever a value is, and whatever directive it stands at, it is judged without an exception, with places that lie in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readValue } from '../../../server/src/catalogue/grammars/index.ts';
import { directives } from '../../../server/src/catalogue/parsers.ts';
import { unitOf } from '../../oracle/fresh-systemd.ts';
import { generatorFor, randomFrom } from '../../oracle/fresh-values.ts';

/** LONG=1 takes a hundred thousand cases, in place of five thousand. */
const numRuns = process.env.LONG === '1' ? 100_000 : 5_000;

const directive = fc.constantFrom(...directives());
const version = fc.integer({ min: 247, max: 262 });
const noise = fc.string({ unit: 'binary', maxLength: 40 });
// what is nearly right gets further than noise
const nearlyRight = fc.tuple(directive, version, fc.integer({ min: 0 })).map(([{ section, key }, systemd, seed]) => {
  const { next } = generatorFor(section, key, systemd, randomFrom(seed));
  return { section, key, systemd, value: next() };
});
const anything = fc.tuple(directive, version, noise).map(([{ section, key }, systemd, value]) => ({ section, key, systemd, value }));
const mixed = fc.tuple(nearlyRight, noise, fc.nat(60)).map(([{ value, ...rest }, piece, at]) => ({
  ...rest,
  value: value.slice(0, at) + piece + value.slice(at),
}));

test('any value of any directive is judged, by any version', { timeout: 30_000 + numRuns * 10 }, () => {
  fc.assert(
    fc.property(fc.oneof(nearlyRight, anything, mixed), fc.boolean(), ({ section, key, systemd, value }, named) => {
      const { unitType, unitName } = unitOf(section);
      const context = { version: systemd, section, key, unitType, dropIn: !named, ...(named && { unitName }) };
      const { parts, faults } = readValue(section, key, value, context);
      for (const { start, end } of [...parts, ...faults]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        // what is missing may be said to stand right behind the value
        expect(end).toBeLessThanOrEqual(value.length + 1);
      }
      for (const { effect, outcome, expected } of faults) {
        expect(effect === 'error').toBe(outcome === 'refused');
        expect(expected).not.toBe('');
      }
    }),
    { numRuns, seed: 3 },
  );
});
