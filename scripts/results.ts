/** Counting tests: what vitest's and our own result files say, added up. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The names of what was skipped, each with the reason where one is known. */
  readonly skipped: readonly string[];
}

/** Reference data beside the checkout, which need not be there: the only reason for a skipped test that is always good. */
export const sharedData = '../shared';

export const none: Counts = { passed: 0, failed: 0, skipped: [] };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: [...a.skipped, ...b.skipped],
});

/** `3 passed, 0 failed`, and the skipped ones where there are some. */
export const summary = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;

/** A run that ended badly without a failed test failed somewhere else: that counts as one. */
const withExitCode = (counts: Counts, code: number | null): Counts =>
  code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;

interface VitestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** What the file of vitest's json reporter says. A test file that could not be loaded is one failure. */
export function fromVitest(path: string, code: number | null): Counts {
  if (!existsSync(path)) return { ...none, failed: 1 };
  const { testResults }: VitestResults = JSON.parse(readFileSync(path, 'utf8'));
  const tests = testResults.flatMap(file => file.assertionResults.map(test => ({ ...test, file: file.name })));
  const broken = testResults.filter(file => file.status === 'failed' && !file.assertionResults.some(t => t.status === 'failed'));
  return withExitCode(
    {
      passed: tests.filter(t => t.status === 'passed').length,
      failed: tests.filter(t => t.status === 'failed').length + broken.length,
      skipped: tests
        .filter(t => t.status !== 'passed' && t.status !== 'failed')
        .map(t => (mentionsSharedData(t.file) ? `${t.fullName} (with ${sharedData})` : t.fullName)),
    },
    code,
  );
}

/** Whether a test file, or a file beside it that it imports, names the reference data. */
function mentionsSharedData(file: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const imported = [...text.matchAll(/ from '(\.\/[^']+)'/g)].map(match => join(dirname(file), match[1] ?? ''));
  return [text, ...imported.filter(existsSync).map(path => readFileSync(path, 'utf8'))].some(t => t.includes(`${sharedData}/`));
}

/** What the result file of the tests in VS Code says. */
export function fromMocha(path: string, code: number | null): Counts {
  if (!existsSync(path)) return { ...none, failed: 1 };
  const counts: Counts = JSON.parse(readFileSync(path, 'utf8'));
  return withExitCode(counts, code);
}
