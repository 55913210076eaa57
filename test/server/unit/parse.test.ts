import { describe, expect, test } from 'vitest';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import type { UnitTree } from '../../../server/src/unit/tree.ts';

/** A tree as lines of text: `[Section]`, `Key=value @line`, `!fault @line`. */
function outline({ orphans, sections, faults }: UnitTree): string[] {
  return [
    ...orphans.map(a => `outside ${a.key.text}=${a.value} @${a.line}`),
    ...sections.flatMap(s => [`[${s.name.text}] @${s.header.line}`, ...s.assignments.map(a => `${a.key.text}=${a.value} @${a.line}`)]),
    ...faults.map(f => `${f.fatal ? '!!' : '!'}${f.kind} @${f.line}`),
  ];
}

// Each was asked of the real systemd 252, 257 and 262, which name the same lines.
const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ['nothing', '', []],
  ['blank lines and comments', '\n  \n# a\n  ; b\n', []],
  ['a section', '[Unit]\nDescription=x\n', ['[Unit] @1', 'Description=x @2']],
  ['blanks around everything', '  [Unit]  \n\tA  =  b  c \t\n', ['[Unit] @1', 'A=b  c @2']],
  ['no blank but space and tab', '[U]\n\vA\f=1\n\u00a0B=1', ['[U] @1', '\vA\f=1 @2', '\u00a0B=1 @3']],
  ['only the first = splits', '[U]\nA=B=C', ['[U] @1', 'A=B=C @2']],
  ['no comment behind a value', '[U]\nA=b # c', ['[U] @1', 'A=b # c @2']],
  ['a section twice', '[U]\nA=1\n[V]\n[U]\nB=2', ['[U] @1', 'A=1 @2', '[V] @3', '[U] @4', 'B=2 @5']],
  ['continuation', '[U]\nA=b\\\n c\nD=1', ['[U] @1', 'A=b  c @3', 'D=1 @4']],
  ['comments inside a continuation', '[U]\nA=a\\\n# c\n  ; d\nB=b\nC=1', ['[U] @1', 'A=a B=b @5', 'C=1 @6']],
  ['a blank line ends a continuation', '[U]\nA=a\\\n\nB=b', ['[U] @1', 'A=a @3', 'B=b @4']],
  ['a continuation swallows a header', '[U]\nA=a\\\n[Install]\nB=b', ['[U] @1', 'A=a [Install] @3', 'B=b @4']],
  ['a blank behind the backslash', '[U]\nA=a\\ \nB=b', ['[U] @1', 'A=a\\ @2', 'B=b @3']],
  ['two backslashes', '[U]\nA=a\\\\\nB=b', ['[U] @1', 'A=a\\\\ @2', 'B=b @3']],
  ['three backslashes', '[U]\nA=a\\\\\\\nB=b', ['[U] @1', 'A=a\\\\ B=b @3']],
  ['the file ends in a continuation', '[U]\nA=a\\', ['[U] @1', 'A=a @3']],
  ['the same with a line end', '[U]\nA=a\\\n', ['[U] @1', 'A=a @3']],
  ['the same with a comment', '[U]\nA=a\\\n# x\n', ['[U] @1', 'A=a @4']],
  ['a continued header', '[Un\\\nit]\nA=1', ['[Un it] @2', 'A=1 @3']],
  ['a continued key', '[U]\nA\\\nB=1', ['[U] @1', 'A B=1 @3']],
  ['carriage returns', '[U]\rA=1\rB=2\r', ['[U] @1', 'A=1 @2', 'B=2 @3']],
  ['carriage return and line feed', '[U]\r\n\r\nA=1\r\n', ['[U] @1', 'A=1 @3']],
  ['three different ends in a row are one', '[U]\n\r\0A=1\0\0B=2', ['[U] @1', 'A=1 @2', 'B=2 @4']],
  ['nothing joins a NUL', '[U]\n\0\rA=1', ['[U] @1', 'A=1 @3']],
  ['a continued line with carriage return', '[U]\r\nA=1\\\r\nB=2\r\n', ['[U] @1', 'A=1 B=2 @3']],
  ['a byte order mark', '\ufeff[U]\nA=1', ['[U] @1', 'A=1 @2']],
  ['only one byte order mark', '[U]\n\ufeffA=1\n\ufeffB=1', ['[U] @1', 'A=1 @2', '\ufeffB=1 @3']],
  ['a byte order mark before a comment', '\ufeff# x\n[U]', ['[U] @2', '!outside-section @1']],
  [
    'nothing before the first header',
    'A=1\nnoise\n=x\n[U]',
    ['outside A=1 @1', '[U] @4', '!outside-section @1', '!outside-section @2', '!outside-section @3'],
  ],
  ['no =', '[U]\nnoise', ['[U] @1', '!no-equals @2']],
  ['no key', '[U]\n = x', ['[U] @1', '!empty-key @2']],
  ['an empty value', '[U]\nA=', ['[U] @1', 'A= @2']],
  ['text behind a header', '[Unit] # x\nA=1', ['[Unit] @1', 'A=1 @2', '!!bad-header @1']],
  ['an open header', '[Unit\nA=1', ['[Unit] @1', 'A=1 @2', '!!bad-header @1']],
  ['a lone bracket', '[', ['[] @1', '!!bad-header @1']],
  ['a quote in a header', '[Un"it]', ['[Un"it] @1', '!!bad-header @1']],
  ['a closing bracket in a header', '[Unit]x]', ['[Unit]x] @1']],
  ['an empty header', '[]', ['[] @1']],
  ['a noncharacter', '[U]\nA=\ufffe', ['[U] @1', 'A=\ufffe @2', '!!not-utf8 @2']],
  ['a noncharacter of another plane', '[U]\nA=\u{1ffff}', ['[U] @1', 'A=\u{1ffff} @2', '!!not-utf8 @2']],
  ['a noncharacter in a comment', '[U]\n# \ufffe', ['[U] @1']],
  ['a replacement character', '[U]\nA=\ufffd', ['[U] @1', 'A=\ufffd @2']],
];

describe('a unit file is read as systemd reads it', () => {
  test.each(cases)('%s', (_, text, expected) => {
    expect(outline(parseUnit(text))).toEqual(expected);
  });
});

test('a byte order mark that the editor hides', () => {
  expect(outline(parseUnit('# x\n# y\n[U]', { bom: true }))).toEqual(['[U] @3', '!outside-section @1']);
  expect(outline(parseUnit('[U]\n\ufeffA=1', { bom: true }))).toEqual(['[U] @1', '\ufeffA=1 @2']);
});

describe('places', () => {
  const text = '[Service]\r\n# start\r\n  ExecStart = /bin/a \\\r\n# why\r\n    b \\\r\n  c  \r\nType=oneshot';
  const tree = parseUnit(text);
  const [exec, type] = tree.sections[0]?.assignments ?? [];

  test('of words', () => {
    const slice = (span: { start: number; end: number } | undefined) => span && text.slice(span.start, span.end);
    expect(slice(tree.sections[0]?.name)).toBe('Service');
    expect(slice(tree.sections[0]?.header)).toBe('[Service]');
    expect(slice(exec?.key)).toBe('ExecStart');
    expect(slice(exec?.valueSpan)).toBe('/bin/a \\\r\n# why\r\n    b \\\r\n  c');
    expect(slice(type)).toBe('Type=oneshot');
  });

  test('of each character of a continued value', () => {
    expect(exec?.value).toBe('/bin/a      b    c');
    const at = exec?.offsets() ?? [];
    expect(at).toHaveLength(19);
    expect([...(exec?.value ?? '')].map((char, n) => (char === ' ' ? ' ' : text[at[n] ?? -1])).join('')).toBe(exec?.value);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  test('where systemd stops reading', () => {
    const stopped = parseUnit('[U]\nA=1\nB=\\\n[U\nC=1\n[V\nD=1');
    expect(stopped.text.slice(stopped.readTo)).toBe('[V\nD=1');
    expect(parseUnit('[U]\nA=\\\n\uffff').readTo).toBe(4);
    expect(parseUnit('[U]\nA=1\nB=x', { invalidAt: 10 })).toMatchObject({
      readTo: 8,
      faults: [{ kind: 'not-utf8', start: 10, end: 11, line: 3 }],
    });
  });
});

describe('lines of 1 MiB', () => {
  const mib = 1 << 20;
  const line = (length: number, char = 'a') => `A=${char.repeat(length - 2)}`;
  // asked of systemd 252, 257 and 262: the longest line that each still reads
  test.each([
    ['one byte less', `[U]\n${line(mib - 1)}\r\n`, false],
    ['exactly', `[U]\n${line(mib)}\n`, true],
    ['exactly, as a comment', `[U]\n#${'a'.repeat(mib - 1)}\n`, true],
    ['bytes count, not characters', `[U]\n${line(mib / 2 + 1, 'é')}\n`, true],
    ['joined, exactly', `[U]\n${line(mib - 11)}\\\n${'b'.repeat(10)}\n`, false],
    ['joined, one more', `[U]\n${line(mib - 10)}\\\n${'b'.repeat(10)}\n`, true],
  ])('%s', (_, text, tooLong) => {
    const tree = parseUnit(text);
    expect(tree.faults.map(f => f.kind)).toEqual(tooLong ? ['line-too-long'] : []);
    expect(tree.readTo).toBe(tooLong ? 4 : text.length);
  });
});
