import { describe, expect, test } from 'vitest';
import { judgeUnit } from '../../../../server/src/features/judge.ts';

/** The lines (from 1) of the findings that are left, in a drop-in for a service. */
const left = (text: string) => {
  const judged = judgeUnit({ text, unit: { kind: 'service', role: 'drop-in' } }, { systemd: 262 });
  return judged.findings.map(f => judged.lines.position(f.start).line + 1);
};

type Case = readonly [name: string, text: string, left: readonly number[]];
const cases: readonly Case[] = [
  ['nothing silenced', '[Service]\nFoo=1\nBar=1\n', [2, 3]],
  ['the next line', '[Service]\n# portable-lint: disable=unit/unknown-directive\nFoo=1\nBar=1\n', [4]],
  ['with ; and blanks', '[Service]\n  ;portable-lint:disable = unit/unknown-directive\nFoo=1\n', []],
  ['a reason behind it', '[Service]\n# portable-lint: disable=unit/unknown-directive ours is patched\nFoo=1\n', []],
  ['several codes', '[Service]\n# portable-lint: disable=unit/no-equals, unit/unknown-directive\nFoo=1\n', []],
  ['a group', '[Service]\n# portable-lint: disable=unit/*\nFoo=1\n', []],
  ['another code', '[Service]\n# portable-lint: disable=unit/no-equals\nFoo=1\n', [3]],
  ['comments between', '[Service]\n# portable-lint: disable=unit/unknown-directive\n# why\nFoo=1\n', []],
  ['an empty line between', '[Service]\n# portable-lint: disable=unit/unknown-directive\n\nFoo=1\n', [4]],
  ['with other line ends', '[Service]\r\n# portable-lint: disable=unit/unknown-directive\r\nFoo=1\r\nBar=1\r\n', [4]],
  ['no comment', '[Service]\nX-A=# portable-lint: disable=unit/unknown-directive\nFoo=1\n', [3]],
  ['a header', '# portable-lint: disable=unit/unknown-section\n[Foo]\n', []],
  ['the whole file, from anywhere', '[Service]\nFoo=1\n[Bar]\n# portable-lint: disable-file=unit/unknown-directive\n', [3]],
  ['above a continued line it is about all of it', '[Service]\n# portable-lint: disable=unit/*\nEnvironment=A=1 \\\n  =x \\\n  =y\n', []],
  ['within a continued line about the next', '[Service]\nEnvironment=A=1 \\\n# portable-lint: disable=unit/*\n  =x \\\n  =y\n', [5]],
];

describe('a code that is none is told', () => {
  test.each<readonly [line: string, said: readonly string[]]>([
    ['# portable-lint: disable=unit/unknown-directive', []],
    ['# portable-lint: disable=advice/*, unit/* why', []],
    ['# portable-lint: disable=unit/unknwon-directive', ['unit/unknwon-directive > unit/unknown-directive']],
    ['; portable-lint: disable-file = unit/ignored,  foo', ['foo >']],
    ['# portable-lint: disable=units/*', ['units/* > unit/*']],
    ['# portable-lint: disable', []],
    ['X-A=# portable-lint: disable=foo', []],
  ])('%s', (line, said) => {
    const text = `[Service]\r\n${line}\r\nX-B=1\n`;
    const { findings } = judgeUnit({ text, unit: { kind: 'service', role: 'drop-in' } }, { systemd: 262 });
    const words = findings.map(({ code, start, end, remedies: [meant] }) => {
      expect(code).toBe('advice/unknown-code');
      return `${text.slice(start, end)} > ${meant?.kind === 'replace' ? meant.text : ''}`.trim();
    });
    expect(words).toEqual(said);
  });
});

describe('comments silence', () => {
  for (const [name, text, expected] of cases) test(name, () => expect(left(text)).toEqual(expected));
});
