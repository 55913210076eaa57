/** Our verdicts against the recorded ones of real systemd. The data lies beside the project; without it the tests skip. */
import { describe, expect, test } from 'vitest';
import { exception } from './machine.ts';
import { available, grammarName, recorded, rows, values, versions } from './verdicts.ts';

/** At most this share of all cells may be excepted as the machine's. */
const mostExcepted = 0.001;

describe.skipIf(!available)('recorded verdicts', { timeout: 60_000 }, () => {
  const tried = available ? values() : [];

  test.each(versions)('of systemd %i: every grammar agrees on every value', version => {
    const differ: string[] = [];
    for (const row of rows(version)) {
      if (grammarName(row).silent) continue;
      for (const [i, value] of tried.entries()) {
        const verdict = recorded(version, row, value);
        if (verdict === row.verdicts[i] || exception(row.section, row.key, value, version)) continue;
        differ.push(`${row.section}.${row.key}=${value}: ${verdict}, not ${row.verdicts[i]}`);
      }
    }
    expect(differ).toEqual([]);
  });

  test.each(versions)('of systemd %i: few are left out as the machine’s', version => {
    let cells = 0;
    let left = 0;
    for (const row of rows(version)) {
      for (const [i, value] of tried.entries()) {
        cells++;
        if (exception(row.section, row.key, value, version) && recorded(version, row, value) !== row.verdicts[i]) left++;
      }
    }
    expect(left / cells).toBeLessThan(mostExcepted);
  });
});
