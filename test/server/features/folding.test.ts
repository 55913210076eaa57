import { expect, test } from 'vitest';
import { foldingOf } from '../../../server/src/features/folding.ts';
import { lineIndex } from '../../../server/src/unit/line-index.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';

const folds = (text: string) =>
  foldingOf({ text, tree: parseUnit(text), lines: lineIndex(text) }).map(
    ({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind ? ` ${kind}` : ''}`,
  );

test.each([
  ['[Unit]\nA=1\n\n[Service]\nB=1\nC=1\n', ['0-1 region', '3-5 region']],
  ['[Unit]\nA=1\n\n# about the service\n# and more\n[Service]\nB=1\n', ['0-1 region', '3-4 comment', '5-6 region']],
  ['[Unit]\nA=1\n# at the end', ['0-2 region']],
  ['[Service]\nExecStart=a \\\n  # why\n  b\nX=1\n', ['0-4 region', '1-3']],
  ['[Unit]\n[Service]\n', []],
  ['A=1\\\n2', ['0-1']],
  ['', []],
  ['[Unit]\r\nA=1\r\n\r\n', ['0-1 region']],
])('%j', (text, expected) => expect(folds(text)).toEqual(expected));
