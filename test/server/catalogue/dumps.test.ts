// Holds the catalogue against what real systemd versions print, where ../shared/data (beside the project, not part of it) is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogueSource } from '../../../scripts/catalogue.ts';
import { type Dump, parseDump } from '../../../scripts/catalogue-dump.ts';
import { cameWith } from '../../../scripts/catalogue-history.ts';
import { findDirective, standing } from '../../../server/src/catalogue/catalogue.ts';
import { compareWithDump } from './compare-with-dump.ts';

const data = join(import.meta.dirname, '../../../../shared/data');
const versions = [247, 252, 254, 257, 262];
const dumpOf = (version: number): Dump => parseDump(readFileSync(join(data, `dump-${version}.txt`), 'utf8'));

test('a dump is read', () => {
  const dump = parseDump('[Unit]\nDescription=STRING\nWants=UNIT [...]\n\n[Service]\nType=SERVICETYPE [...]\nwarning: x\n');
  expect([...dump].map(([section, names]) => [section, ...names.keys()])).toEqual([
    ['Unit', 'Description', 'Wants'],
    ['Service', 'Type'],
  ]);
});

test('differences with a dump are found', () => {
  const differences = compareWithDump(262, parseDump('[Unit]\nDescription=STRING\nNewest=STRING\n'));
  expect(differences).toContainEqual(['missing', 'Unit', 'Newest']);
  expect(differences).toContainEqual(['extra', 'Unit', 'Wants']);
  expect(differences).not.toContainEqual(['extra', 'Unit', 'Description']);
});

describe.skipIf(!existsSync(data))('the real dumps', () => {
  test.each(versions)('systemd %i knows what the catalogue says', version => {
    expect(compareWithDump(version, dumpOf(version))).toEqual([]);
  });

  test('the catalogue is what the script makes of them', () => {
    const generated = readFileSync(join(import.meta.dirname, '../../../server/src/catalogue/directives.generated.ts'), 'utf8');
    expect(catalogueSource(new Map(versions.map(v => [v, dumpOf(v)])))).toBe(generated);
  });

  test('what came between the dumps has the date of its release', () => {
    const lines = readFileSync(join(data, 'directives-by-version.txt'), 'utf8').trim().split('\n');
    for (const line of lines) {
      const [, version, added, ignored] = /^v(\d+)\S*: \+\d+ (.*?) \| -0 .*\(warn_compat\): ?(.*)$/.exec(line) ?? [];
      const names = (added ?? '').split(' ');
      const history = new Set(cameWith[Number(version)]?.split(/\s+/).map(n => n.replace(/^\w+\./, '')));
      for (const name of names) expect(history, `${version} ${name}`).toContain(name);
      for (const name of (ignored ?? '').split(' ').filter(Boolean)) {
        const directive = findDirective('Service', name);
        expect(directive && standing(directive, Number(version)), name).toBe('ignored');
        expect(directive && standing(directive, Number(version) - 1), name).toBe('known');
      }
    }
  });
});
