import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { add, type Counts, fromMocha, fromVitest, none, summary } from '../../scripts/results.ts';

const directory = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = (content: unknown): string => {
  const path = join(directory, `${Math.random()}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const tests = (...statuses: string[]) => statuses.map((status, i) => ({ status, fullName: `test ${i}` }));
const counts = (passed: number, failed: number, ...skipped: string[]): Counts => ({ passed, failed, skipped });

describe('what vitest says', () => {
  const good = { name: 'a.test.ts', status: 'passed', assertionResults: tests('passed', 'skipped', 'todo') };
  const bad = { name: 'b.test.ts', status: 'failed', assertionResults: tests('failed', 'passed') };
  const unloadable = { name: 'c.test.ts', status: 'failed', assertionResults: [] };

  test.each([
    ['all well', [good], 0, counts(1, 0, 'test 1', 'test 2')],
    ['a failed test', [good, bad], 1, counts(2, 1, 'test 1', 'test 2')],
    ['a file that could not be loaded', [unloadable], 1, counts(0, 1)],
    ['an error outside of any test', [good], 1, counts(1, 1, 'test 1', 'test 2')],
    ['killed', [good], null, counts(1, 1, 'test 1', 'test 2')],
  ] as const)('%s', (_, testResults, code, expected) => {
    expect(fromVitest(file({ testResults }), code)).toEqual(expected);
  });
});

test('a test that was skipped for want of the reference data says so', () => {
  const name = join(directory, 'needs.test.ts');
  writeFileSync(name, "import { read } from './helper.ts';");
  writeFileSync(join(directory, 'helper.ts'), '// reads ../shared/data');
  const testResults = [{ name, status: 'passed', assertionResults: tests('skipped') }];
  expect(fromVitest(file({ testResults }), 0).skipped).toEqual(['test 0 (with ../shared)']);
});

test('without a result file, the run has failed', () => {
  const absent = join(directory, 'absent.json');
  expect([fromVitest(absent, 0), fromMocha(absent, 0)]).toEqual([counts(0, 1), counts(0, 1)]);
});

test('what VS Code says counts only with its exit code', () => {
  expect(fromMocha(file(counts(3, 0)), 0)).toEqual(counts(3, 0));
  expect(fromMocha(file(counts(3, 0)), 1)).toEqual(counts(3, 1));
});

test('the summary', () => {
  expect(summary(none)).toBe('0 passed, 0 failed');
  expect(summary(add(counts(1, 0, 'a'), counts(2, 3, 'b')))).toBe('3 passed, 3 failed, 2 skipped');
});
