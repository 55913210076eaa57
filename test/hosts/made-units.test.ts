// Whole units made up for the occasion, asked of the real systemd: it names the lines that we name, and refuses the units that we say it refuses.
import { beforeAll, expect, test } from 'vitest';
import { installHostTools } from '../../lab/hosts.ts';
import { compareUnits } from '../oracle/compare-units.ts';
import { treeOf } from '../oracle/fresh.ts';
import { madeUnits } from '../oracle/made-units.ts';
import { describeOnHosts } from './laboratory.ts';

const versions = [252, 257, 262] as const;
/** `UNITS_CASES=5000 UNITS_SEED=7` asks more, and others. */
const count = Number(process.env.UNITS_CASES ?? 80);
const seed = Number(process.env.UNITS_SEED ?? 1);

describeOnHosts('made up units', () => {
  beforeAll(() => installHostTools());
  test.each(versions)(
    `systemd %i says of them what we say (${count} of seed ${seed})`,
    { timeout: 30_000 + count * 500 },
    async version => {
      expect(await compareUnits(await treeOf(version), version, madeUnits(version, count, seed))).toEqual([]);
    },
  );
});
