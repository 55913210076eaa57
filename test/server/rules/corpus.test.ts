// No false alarm on the unit files of Debian packages in ../shared/corpus (beside the project, not part of it), where it is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from '../../../server/src/node/lint.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

test.skipIf(!existsSync(corpus)).each([
  [252, []],
  [257, []],
  // the only line of which systemd 262 says what these rules say
  [262, ['freeradius.service:23 unit/ignored']],
])('systemd %i', async (systemd, expected) => {
  const { findings, files, failures } = await lint({ paths: [corpus], systemd: [systemd] });
  expect(files).toBeGreaterThan(300);
  expect(failures).toEqual([]);
  const unit = findings.filter(f => f.code.startsWith('unit/'));
  expect(unit.map(f => `${f.file.split('/').at(-1)}:${f.range.start.line + 1} ${f.code}`)).toEqual(expected);
});
