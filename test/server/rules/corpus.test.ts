// No false alarm on the unit files of Debian packages in ../shared/corpus (beside the project, not part of it), where it is there.
// test/hosts holds the same against the real ones.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from '../../../server/src/node/lint/lint.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

/** All that the real ones say about lines (missing programs aside), and since when. */
const said = [
  ['ceph-volume@.service:8 unit/doubtful-value', 252],
  ['freeradius.service:23 unit/doubtful-value', 252, 257],
  ['freeradius.service:23 unit/ignored', 258],
  ['frr.service:20 unit/rewritten', 253],
  ['frr@.service:20 unit/rewritten', 253],
  ['pgbouncer.socket:5 unit/rewritten', 253],
  ['pgpool2.service:12 unit/rewritten', 252],
  ['systemd-resolved.service:27 unit/doubtful-value', 258],
] as const;

test.skipIf(!existsSync(corpus)).each([252, 257, 262])('systemd %i', async systemd => {
  const { findings, files, failures } = await lint({ paths: [corpus], systemd: [systemd] });
  expect(files).toBeGreaterThan(300);
  expect(failures).toEqual([]);
  const unit = findings.filter(f => f.code.startsWith('unit/'));
  const expected = said.filter(([, since, until = 999]) => since <= systemd && systemd <= until).map(([line]) => line);
  expect(unit.map(f => `${f.file.split('/').at(-1)}:${f.range.start.line + 1} ${f.code}`).sort()).toEqual(expected);
});
