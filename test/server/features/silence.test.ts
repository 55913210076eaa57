import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Fix } from '../../../server/src/features/fixes.ts';
import { type JudgedUnit, judgeUnit } from '../../../server/src/features/judge.ts';
import { silencingFile, silencingLine, silencingWorkspace } from '../../../server/src/features/silence.ts';
import { lineIndex } from '../../../server/src/unit/line-index.ts';

const judge = (text: string, bom = false) => judgeUnit({ text, unit: { kind: 'service', role: 'drop-in' }, bom }, { systemd: 262 });

function made(text: string, fix: Fix | undefined): string | undefined {
  if (!fix) return undefined;
  const lines = lineIndex(text);
  const edits = fix.edits.map(edit => ({ range: lines.range(edit), newText: edit.text }));
  return TextDocument.applyEdits(TextDocument.create('file:///x', 'x', 1, text), edits);
}

/** What the fix makes of a text that has one finding, and whether that is silent. */
function silenced(text: string, silence: (judged: JudgedUnit, finding: JudgedUnit['findings'][number]) => Fix | undefined, bom = false) {
  const judged = judge(text, bom);
  const finding = judged.findings.at(-1);
  const result = finding && made(text, silence(judged, finding));
  return { result, left: result === undefined ? -1 : judge(result, bom).findings.length };
}

describe('a comment for the line', () => {
  test.each([
    ['[Service]\nFoo=1\n', '[Service]\n# portable-lint: disable=unit/unknown-directive\nFoo=1\n'],
    ['[Service]\r\n  Foo=1', '[Service]\r\n  # portable-lint: disable=unit/unknown-directive\r\n  Foo=1'],
    ['[Foo]', '# portable-lint: disable=unit/unknown-section\n[Foo]'],
    [
      '[Service]\n# portable-lint: disable=unit/no-equals why\nFoo=1\n',
      '[Service]\n# portable-lint: disable=unit/no-equals,unit/unknown-directive why\nFoo=1\n',
    ],
    ['[Service]\nEnvironment=A=1 \\\n  =x\n', '[Service]\n# portable-lint: disable=unit/bad-value\nEnvironment=A=1 \\\n  =x\n'],
  ])('%j', (text, expected) => expect(silenced(text, silencingLine)).toEqual({ result: expected, left: 0 }));

  test('none behind a byte order mark', () => expect(silenced('[Foo]', silencingLine, true).result).toBeUndefined());
});

describe('a comment for the file', () => {
  test.each([
    ['[Service]\nFoo=1\n', '# portable-lint: disable-file=unit/unknown-directive\n[Service]\nFoo=1\n', false],
    [
      '[Service]\n; portable-lint: disable-file=unit/no-equals\nFoo=1\n',
      '[Service]\n; portable-lint: disable-file=unit/no-equals,unit/unknown-directive\nFoo=1\n',
      false,
    ],
    ['[Service]\nFoo=1\n', '[Service]\n# portable-lint: disable-file=unit/unknown-directive\nFoo=1\n', true],
    ['[Foo]', '[Foo]\n# portable-lint: disable-file=unit/unknown-section\n', true],
  ])('%j', (text, expected, bom) => expect(silenced(text, silencingFile, bom)).toEqual({ result: expected, left: 0 }));
});

describe('a row for the workspace', () => {
  const row = '"unit/too-new": "off"';
  test.each([
    ['', `{\n  "rules": {\n    ${row}\n  }\n}\n`],
    ['{}', `{\n  "rules": {\n    ${row}\n  }\n}`],
    ['{ "systemd": 252 }', `{ "systemd": 252, "rules": {\n  ${row}\n} }`],
    ['{\n  "systemd": 252\n}\n', `{\n  "systemd": 252,\n  "rules": {\n    ${row}\n  }\n}\n`],
    ['{\n  "rules": {}\n}\n', `{\n  "rules": {\n    ${row}\n  }\n}\n`],
    ['{\n\t"rules": {\n\t\t"a": "off"\n\t}\n}\n', `{\n\t"rules": {\n\t\t"a": "off",\n\t\t${row}\n\t}\n}\n`],
    ['{ "rules": { "a": "off" } }', `{ "rules": { "a": "off", ${row} } }`],
    ['{ "rules": { "unit/too-new": "hint" } }', `{ "rules": { "unit/too-new": "off" } }`],
    ['{ "rules": [] }', undefined],
    ['{ "rules": ', undefined],
    ['[]', undefined],
  ])('%j', (text, expected) => {
    const result = made(text, silencingWorkspace(text, 'unit/too-new'));
    expect(result).toBe(expected);
    if (result) expect(JSON.parse(result).rules['unit/too-new']).toBe('off');
  });
});
