import { expect, test } from 'vitest';
import { diagnosticsOf } from '../../../server/src/features/diagnostics.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';

const judged = (text: string) => judgeUnit({ text, unit: { kind: 'service', role: 'unit' } }, { systemd: 262 });

test('a diagnostic has a tight range, a severity, a code and a page', () => {
  const text = '[Service]\n  Exec = \u{1f600}\n[Unit # x\n';
  expect(diagnosticsOf(judged(text), code => `file:///docs/${code}.md`)).toMatchObject([
    {
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 6 } },
      severity: 2,
      code: 'unit/unknown-directive',
      source: 'portable-services',
    },
    { range: { start: { line: 2, character: 0 }, end: { line: 2, character: 9 } }, severity: 1, code: 'unit/bad-header' },
  ]);
  expect(diagnosticsOf(judged(text), code => `file:///docs/${code}.md`)[1]?.codeDescription).toEqual({
    href: 'file:///docs/unit/bad-header.md',
  });
});

test('what has no effect any more is faded', () => {
  expect(diagnosticsOf(judged('[Service]\nExecStart=/bin/true\nCPUShares=1\n'), () => undefined)).toMatchObject([
    { code: 'unit/ignored', tags: [1] },
  ]);
});

test('a page that is not there is not linked', () => {
  expect(diagnosticsOf(judged('[Foo]'), () => undefined)[0]).not.toHaveProperty('codeDescription');
});

test('thousands of findings are cut', () => {
  expect(diagnosticsOf(judged('noise\n'.repeat(5_000)), () => undefined)).toHaveLength(1_000);
});
