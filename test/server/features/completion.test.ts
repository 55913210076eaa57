import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver';
import { completionsOf, explainItem } from '../../../server/src/features/completion.ts';
import { lineIndex } from '../../../server/src/unit/line-index.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import type { UnitFile } from '../../../server/src/unit/unit-file.ts';

const service: UnitFile = { kind: 'service', role: 'unit' };

/** What is offered at the `|` of a text. */
function at(marked: string, systemd = 262, unit = service) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const lines = lineIndex(text);
  const items = completionsOf({ text, tree: parseUnit(text), lines, unit }, offset, { systemd });
  const offsetOf = ({ line, character }: { line: number; character: number }) => {
    const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(m => m.index + m[0].length)];
    return (starts[line] ?? 0) + character;
  };
  /** The text once an item has been taken. */
  const taken = (label: string) => {
    const edit = items.find(item => item.label === label)?.textEdit;
    if (!edit || !('range' in edit)) return undefined;
    return text.slice(0, offsetOf(edit.range.start)) + edit.newText + text.slice(offsetOf(edit.range.end));
  };
  return { labels: items.map(({ label }) => label), items, taken };
}

describe('sections', () => {
  test.each([
    ['[|', '[Service]'],
    ['[Se|', '[Service]'],
    ['[Se|]', '[Service]'],
    ['[Unit]\nAfter=x\n\n[Se|rv]\nType=simple\n', '[Unit]\nAfter=x\n\n[Service]\nType=simple\n'],
    ['  [|\n[Install]\n', '  [Service]\n[Install]\n'],
  ])('%j', (text, expected) => {
    const { labels, taken } = at(text);
    expect(labels).toEqual(['Unit', 'Service', 'Install']);
    expect(taken('Service')).toBe(expected);
  });

  test('all of them where the path does not tell the type', () => {
    expect(at('[|', 262, { role: 'unit' }).labels).toEqual(expect.arrayContaining(['Unit', 'Socket', 'Timer', 'Install']));
  });
});

describe('directives', () => {
  test.each([
    ['[Service]\n|', 'Restart', '[Service]\nRestart='],
    ['[Service]\nRes|', 'Restart', '[Service]\nRestart='],
    ['[Service]\nRes|tart=no\n', 'RestartSec', '[Service]\nRestartSec=no\n'],
    ['[Unit]\nAfter=a\n  Des|\n[Service]\n', 'Description', '[Unit]\nAfter=a\n  Description=\n[Service]\n'],
    ['[Install]\r\nWan|\r\n', 'WantedBy', '[Install]\r\nWantedBy=\r\n'],
  ])('%j', (text, label, expected) => {
    expect(at(text).taken(label)).toBe(expected);
  });

  test('those of the version, and none that is outdated', () => {
    expect(at('[Service]\n|', 252).labels).not.toContain('RestartSteps');
    expect(at('[Service]\n|', 257).labels).toContain('RestartSteps');
    for (const old of ['CPUShares', 'ReadOnlyDirectories', 'StartLimitInterval']) expect(at('[Service]\n|', 257).labels).not.toContain(old);
    expect(at('[Unit]\n|').labels).not.toContain('ExecStart');
  });
});

describe('values', () => {
  test.each([
    ['[Service]\nRestart=|', 'on-failure', '[Service]\nRestart=on-failure'],
    ['[Service]\nRestart=on-|abort\n', 'on-failure', '[Service]\nRestart=on-failure\n'],
    ['[Service]\nPrivateTmp = |\n', 'disconnected', '[Service]\nPrivateTmp = disconnected\n'],
    ['[Service]\nSystemCallFilter=@basic-io @sys|\n', '@system-service', '[Service]\nSystemCallFilter=@basic-io @system-service\n'],
    ['[Service]\nSystemCallFilter=~@mo|\n', '@mount', '[Service]\nSystemCallFilter=~@mount\n'],
    [
      '[Service]\nCapabilityBoundingSet=CAP_CHOWN \\\n  CAP_K|\n',
      'CAP_KILL',
      '[Service]\nCapabilityBoundingSet=CAP_CHOWN \\\n  CAP_KILL\n',
    ],
    ['[Service]\nKillSignal=SIG|\nRestart=no\n', 'SIGTERM', '[Service]\nKillSignal=SIGTERM\nRestart=no\n'],
  ])('%j', (text, label, expected) => {
    expect(at(text).taken(label)).toBe(expected);
  });

  test('those of the version', () => {
    expect(at('[Service]\nPrivateTmp=|', 252).labels).toEqual(['yes', 'no']);
  });
});

test.each([
  ['a comment', '[Service]\n# Res|'],
  ['no section', 'Res|'],
  ['a second word where one is taken', '[Service]\nRestart=always |'],
  ['a text', '[Unit]\nDescription=yes |'],
  ['an unknown section', '[Foo]\n|'],
  ['an unknown directive', '[Service]\nFoo=|'],
  ['a directive that is too new', '[Service]\nMemoryTHP=|', 252],
  ['behind a header', '[Service] |'],
] as const)('nothing for %s', (_, text, systemd?: number) => {
  expect(at(text, systemd).labels).toEqual([]);
});

test('an item is explained when it is looked at', () => {
  const restart = at('[Service]\nRes|', 257).items.find(({ label }) => label === 'Restart');
  expect(restart?.documentation).toBeUndefined();
  const told = (item: CompletionItem) => JSON.stringify(explainItem(item).documentation);
  expect(told(restart ?? { label: '' })).toContain('starts the service again');
  const target = { systemd: 252, source: 'host pi' };
  expect(told({ label: 'Unit', data: { section: 'Unit', target } })).toContain('whatever its type');
  expect(told({ label: 'x', data: { section: 'Service', name: 'RestartSteps', target } })).toContain('host pi');
  const foreign = [
    undefined,
    null,
    1,
    {},
    { section: 'Foo', target },
    { section: 1, name: 'Type', target },
    { section: 'Unit', target: 1 },
  ];
  for (const data of foreign) expect(told({ label: 'x', data })).toBeUndefined();
});

test('it holds on any text, and edits only around the cursor', () => {
  const text = fc.string({ unit: fc.constantFrom('[', ']', 'Service', '\n', '\r', 'Type', '=', '\\', '#', ' ', 'no', '~'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.nat(100), (all, place) => {
      const offset = Math.min(place, all.length);
      const lines = lineIndex(all);
      const cursor = lines.position(offset);
      for (const { textEdit } of completionsOf({ text: all, tree: parseUnit(all), lines, unit: service }, offset, { systemd: 257 })) {
        if (!textEdit || !('range' in textEdit)) throw new Error('no edit');
        const { start, end } = textEdit.range;
        expect([start.line, end.line]).toEqual([cursor.line, cursor.line]);
        expect(start.character <= cursor.character && cursor.character <= end.character).toBe(true);
        break;
      }
    }),
    { numRuns: 2_000, seed: 1 },
  );
});
