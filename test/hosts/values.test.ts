/** Our verdicts on values against the real systemd of three versions: on values made up for the occasion, and on those of the grammars' own tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compare, compareFresh, question, told, treeOf } from '../oracle/fresh.ts';
import type { Case } from '../server/grammars/cases.ts';
import { describeOnHosts } from './laboratory.ts';

const versions = [252, 257, 262] as const;
const count = 3000;
const seed = 1;

const { tables } = vi.hoisted(() => ({ tables: [] as { directive: string; cases: readonly Case[]; version: number }[] }));
// the tables of the grammars' tests are kept, to be asked of the real ones
vi.mock('../server/grammars/cases.ts', async original => {
  const real = await original<typeof import('../server/grammars/cases.ts')>();
  const verdicts: typeof real.verdicts = (directive, cases, version = 262) => {
    tables.push({ directive, cases, version });
    real.verdicts(directive, cases, version);
  };
  return { ...real, verdicts };
});

describeOnHosts('values', () => {
  test.each(versions)(`made up, systemd %i judges as we do (${count} of seed ${seed})`, async version => {
    const { asked, differences } = await compareFresh(version, { count, seed });
    expect(differences.map(told)).toEqual([]);
    expect(asked).toBeGreaterThan(count * 0.9);
  });
});

// they run along with them, which takes no time
const folder = join(import.meta.dirname, '..', 'server', 'grammars');
for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  if (name.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('verdicts(')) await import(file);
}

describeOnHosts('values of the tests', () => {
  test.each(versions)('systemd %i says of them what the tests say', async version => {
    const asked = tables
      .filter(table => table.version === version)
      .flatMap(({ directive, cases }) => {
        const [section = '', key = ''] = directive.split('.');
        return cases.flatMap(([verdict, ...values]) => values.filter(onOneLine).map(value => ({ section, key, value, verdict })));
      });
    const { differences } = await compare(
      await treeOf(version),
      version,
      asked.map(({ section, key, value }) => question(version, section, key, value)),
    );
    expect(differences.map(told)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });
});

/** Whether a line of a unit can carry the value as it is. */
const onOneLine = (value: string): boolean => !/[\n\r\0]|\\$|^[ \t]|[ \t]$/.test(value);
