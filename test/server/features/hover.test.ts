import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDirective, namesIn } from '../../../server/src/catalogue/catalogue.ts';
import { describeDirective } from '../../../server/src/catalogue/describe.ts';
import { directiveMarkdown } from '../../../server/src/features/explain.ts';
import { hoverOf } from '../../../server/src/features/hover.ts';
import { markdownText } from '../../../server/src/features/markdown.ts';
import type { Target } from '../../../server/src/rules/rule.ts';
import { lineIndex } from '../../../server/src/unit/line-index.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';

/** What is shown at the `|` of a text, without the backslashes of Markdown; its range as the text that it covers. */
function hoverAt(marked: string, target: Target = { systemd: 262 }) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const hover = hoverOf({ tree: parseUnit(text), lines: lineIndex(text) }, offset, target);
  if (!hover?.range || typeof hover.contents === 'string' || !('kind' in hover.contents)) return undefined;
  const { start, end } = hover.range;
  const line = text.split('\n')[start.line] ?? '';
  return { shown: hover.contents.value.replace(/\\(.)/g, '$1'), on: line.slice(start.character, end.character) };
}

describe('what is shown', () => {
  test('of a directive all that it takes to use it', () => {
    expect(hoverAt('[Service]\nLoad|Credential=a:/b\n')).toEqual({
      on: 'LoadCredential',
      shown: [
        '**[Service] LoadCredential=**',
        'Passes the content of a file, of a socket, or a credential of the system to the service, as NAME:SOURCE.',
        '- Each assignment adds to those before it. An empty value forgets all assignments before it.\n- Looked up on the host: file.',
        '[systemd.exec(5)](<https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#LoadCredential=ID%5B:PATH%5D>)',
      ].join('\n\n'),
    });
  });

  const rows: readonly (readonly [what: string, text: string, expected: string, target?: Target])[] = [
    ['its default', '[Service]\nRestart|Sec=1', 'Default: 100ms.'],
    ['what an empty value does', '[Unit]\nAfter|=x.target', 'what was listed once stays'],
    ['when it came', '[Service]\nRestartSteps|=1', '**[Service] RestartSteps=** (systemd 254)'],
    [
      'that it is too new',
      '[Service]\n|RestartSteps=1',
      'Not known to systemd 252 (host build-vm): it came with 254.',
      { systemd: 252, source: 'host build-vm' },
    ],
    ['that it will be ignored', '[Service]\nCPUShares|=1', 'Ignored from systemd 258 on.', { systemd: 257 }],
    ['that it is ignored', '[Service]\nCPUShares|=1', 'Ignored by systemd 262, as by all from 258 on.'],
    ['its successor', '[Service]\nCPUShares|=1', 'Use CPUWeight= in its place.'],
    ['a successor elsewhere', '[Service]\nStartLimit|Interval=1', 'Use [Unit] StartLimitIntervalSec= in its place.'],
    ['a section', '[Ser|vice]\n', 'Which program the service runs'],
    ['a continued assignment', '[Service]\nEx|ecStart=/a \\\n b\n', 'Command line of the service'],
  ];
  for (const [what, text, expected, target] of rows) test(what, () => expect(hoverAt(text, target)?.shown).toContain(expected));

  test.each([
    ['before any section', 'Rest|art=no'],
    ['in an unknown section', '[Foo]\nRest|art=no'],
    ['of an unknown section', '[Fo|o]'],
    ['of an unknown directive', '[Service]\nRestrat|=no'],
    ['of a value', '[Service]\nRestart=n|o'],
    ['of a comment', '[Service]\n# Rest|art=no'],
    ['of an empty file', '|'],
  ])('nothing %s', (_, text) => {
    expect(hoverAt(text)).toBeUndefined();
  });
});

test('every directive of every section is explained', () => {
  for (const section of ['Unit', 'Service', 'Socket', 'Mount', 'Automount', 'Swap', 'Timer', 'Path', 'Slice', 'Scope', 'Install']) {
    for (const name of namesIn(section, 262)) {
      const told = findDirective(section, name) && describeDirective(section, name, 262);
      const lines = told ? directiveMarkdown(told, { systemd: 262 }).split('\n') : [];
      expect(lines.length, name).toBeGreaterThanOrEqual(7);
      // what is not ours to format is escaped
      expect(lines[2], name).not.toMatch(/(?<!\\)[*_`<>[\]]/);
    }
  }
});

test('text stays text in Markdown', () => {
  expect(markdownText('<b> [x](y) *z*\n# `a` &amp; \\')).toBe('\\<b\\> \\[x\\]\\(y\\) \\*z\\* \\# \\`a\\` \\&amp; \\\\');
});

test('it holds on any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', 'Service', '\n', 'Type', '=', '\\', '#', ' ', 'Unit'), maxLength: 40 }),
      fc.nat(200),
      (text, at) => {
        hoverOf({ tree: parseUnit(text), lines: lineIndex(text) }, Math.min(at, text.length), { systemd: 257 });
      },
    ),
    { numRuns: 2_000, seed: 1 },
  );
});
