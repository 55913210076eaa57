import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { isUsageError, readArguments, UsageError } from '../../../server/src/node/lint/arguments.ts';

const read = (line: string) => {
  const { positionals, separated, texts, flags } = readArguments(line === '' ? [] : line.split(' '), {
    texts: ['root', 'rule'],
    flags: ['fix', 'help'],
    letters: { h: 'help' },
  });
  return [positionals.join(' '), texts('root').join(' '), texts('rule').join(' '), [...flags].join(' '), separated ? 'separated' : ''].join(
    '|',
  );
};

test.each([
  ['', '||||'],
  ['a b', 'a b||||'],
  ['--root x a', 'a|x|||'],
  ['--root=x --root= y', 'y|x |||'],
  ['--root=-x -', '-|-x|||'],
  ['--root - a', 'a|-|||'],
  ['--rule a=b --rule=c=d', '||a=b c=d||'],
  ['-h --fix', '|||help fix|'],
  ['a -- --fix -', 'a --fix -||||'],
  ['-- --fix', '--fix||||separated'],
])('%s', (line, said) => expect(read(line)).toBe(said));

test.each([
  ['--foo', 'there is no option --foo'],
  ['-x', 'there is no option -x'],
  ['-fix', 'there is no option -fix'],
  ['--root', '--root needs a value'],
  ['--root --fix', '--root needs a value; for one that begins with a dash, write --root=--fix'],
  ['--fix=1', '--fix takes no value'],
  ['--constructor', 'there is no option --constructor'],
])('%s is refused', (line, why) => expect(() => read(line)).toThrow(why));

/** The same source as another bundle has it. */
async function inBundle(): Promise<{ readonly readArguments: typeof readArguments; readonly UsageError: typeof UsageError }> {
  const entryPoints = ['server/src/node/lint/arguments.ts'];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'esm', minify: true, platform: 'node' });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

const options = { texts: ['format'], flags: ['help'], letters: { h: 'help' } } as const;
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
  expect(isUsageError(thrown(() => readArguments(['--nope'], options)))).toBe(true);
  expect(isUsageError(thrown(() => other.readArguments(['--nope'], options)))).toBe(true);
  expect(isUsageError(new Error('else'))).toBe(false);
});
