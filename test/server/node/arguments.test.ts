import { expect, test } from 'vitest';
import { readArguments } from '../../../server/src/node/arguments.ts';

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
