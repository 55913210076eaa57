import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { isUsageError, readArguments, UsageError } from '../../../server/src/node/arguments.ts';

/** The same source as another bundle has it. */
async function inBundle(): Promise<{ readonly readArguments: typeof readArguments; readonly UsageError: typeof UsageError }> {
  const entryPoints = ['server/src/node/arguments.ts'];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'esm', minify: true, platform: 'node' });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

const names = { texts: ['format'], flags: ['help'], letters: { h: 'help' } } as const;
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('a command line that cannot be read is known as such, whichever bundle found out', async () => {
  const other = await inBundle();
  expect(other.UsageError).not.toBe(UsageError);
  expect(isUsageError(thrown(() => readArguments(['--nope'], names)))).toBe(true);
  expect(isUsageError(thrown(() => other.readArguments(['--nope'], names)))).toBe(true);
  expect(isUsageError(new Error('else'))).toBe(false);
});
