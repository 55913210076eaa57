/** The beginning of what `npm run fuzz` goes on with: damaged images by number. */
import { expect, test } from 'vitest';
import { damaged } from '../../fuzz/damage.ts';
import { exploreDamaged } from '../../fuzz/explore.ts';
import { seedsOf } from '../../fuzz/seeds.ts';

const rounds = 12;
const seeds = seedsOf([]);

test('there are seeds of all file systems', () => {
  expect(new Set(seeds.map(({ format }) => format))).toEqual(new Set(['ext', 'btrfs', 'xfs', 'erofs', 'squashfs']));
});

test('a number makes the same damage each time, and another one another', () => {
  const bytes = seeds[0]?.bytes ?? new Uint8Array();
  expect(Buffer.compare(damaged(bytes, 5), damaged(bytes, 5))).toBe(0);
  expect(Buffer.compare(damaged(bytes, 5), damaged(bytes, 6))).not.toBe(0);
});

// nothing is timed here: npm run fuzz does that
test.each(seeds.map(seed => [`${seed.format}, ${seed.name}`, seed] as const))('%s, damaged', async (_, seed) => {
  for (let number = 1; number <= rounds; number++) {
    const { outcome, fault } = await exploreDamaged(seed, number);
    expect([number, outcome === 'crash' || fault?.includes('outside') ? fault : undefined]).toEqual([number, undefined]);
  }
});
