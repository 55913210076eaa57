import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActionsOf } from '../../../server/src/features/code-actions.ts';
import { diagnosticsOf } from '../../../server/src/features/diagnostics.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { type UnitFile, unitFileOf } from '../../../server/src/unit/unit-file.ts';

const uri = 'file:///hello.service';

/** The quick fixes at `|`, each as its title and the text that it makes. */
function fixes(marked: string, systemd = 262, path = 'hello.service'): Record<string, string> {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const unit: UnitFile = unitFileOf(path) ?? { role: 'unit' };
  const judged = judgeUnit({ text, unit }, { systemd });
  const at = judged.lines.position(cursor);
  const document = TextDocument.create(uri, 'systemd-unit', 1, text);
  const shown = diagnosticsOf(judged, () => undefined);
  const actions = codeActionsOf(judged, { uri, range: { start: at, end: at }, shown });
  return Object.fromEntries(actions.map(a => [a.title, TextDocument.applyEdits(document, [...(a.edit?.changes?.[uri] ?? [])])]));
}

type Case = readonly [name: string, marked: string, expected: Record<string, string>, systemd?: number, path?: string];
const cases: readonly Case[] = [
  ['elsewhere', '[Unit]\nRe|quires=a.service\nFoo=1', {}],
  ['a misspelt directive', '[Service]\nExec|Strt = x\n', { 'Change to ExecStart=': '[Service]\nExecStart = x\n' }],
  ['nothing near', '[Service]\nF|oo=x\n', {}],
  ['a misspelt section', '[Serv|ce]\n', { 'Change to [Service]': '[Service]\n' }],
  ['a section in lower case', '[|service]', { 'Change to [Service]': '[Service]' }],
  [
    'another section, which is there',
    '[Unit]\nRestart|=no\nWants=a\n\n[Service]\nType=exec\n\n[Install]\n',
    {
      'Move to [Service]': '[Unit]\nWants=a\n\n[Service]\nType=exec\nRestart=no\n\n[Install]\n',
    },
  ],
  [
    'another section at the end of an unfinished file',
    '[Unit]\nRestart|=no\n[Service]\nType=exec',
    {
      'Move to [Service]': '[Unit]\n[Service]\nType=exec\nRestart=no\n',
    },
  ],
  ['an empty section', '[Unit]\nRestart|=no\n[Service]', { 'Move to [Service]': '[Unit]\n[Service]\nRestart=no\n' }],
  [
    'a section that is missing',
    '[Service]\nType=exec\nWanted|By=a\n',
    { 'Move to [Install]': '[Service]\nType=exec\n\n[Install]\nWantedBy=a\n' },
  ],
  ['[Unit] comes first', '[Service]\nType=exec\nDescri|ption=a', { 'Move to [Unit]': '[Unit]\nDescription=a\n\n[Service]\nType=exec\n' }],
  [
    'the own section comes before [Install]',
    '[Unit]\nRestart|=no\n\n[Install]\nWantedBy=a\n',
    {
      'Move to [Service]': '[Unit]\n\n[Service]\nRestart=no\n\n[Install]\nWantedBy=a\n',
    },
  ],
  [
    'continued lines move as a whole',
    '[Unit]\nExec|Start=a \\\n# why\n  b\nWants=c\n[Service]\n',
    {
      'Move to [Service]': '[Unit]\nWants=c\n[Service]\nExecStart=a \\\n# why\n  b\n',
    },
  ],
  ['line ends are kept', '[Unit]\r\nRestart|=no\r\n[Service]\r\n', { 'Move to [Service]': '[Unit]\r\n[Service]\r\nRestart=no\r\n' }],
  ['a directive that this type of unit has not', '[Service]\nListen|Stream=1\n', {}],
  ['several homes where the type is unknown', '[Unit]\nPrivate|Tmp=yes\n', {}, 262, 'x.conf'],
  [
    'a line before the first header',
    'Exec|Start=a\n[Service]\nType=exec\n',
    { 'Move to [Service]': '[Service]\nType=exec\nExecStart=a\n' },
  ],
  ['the same without any header', 'Exec|Start=a\n', { 'Move to [Service]': '[Service]\nExecStart=a\n' }],
  [
    'the last, unfinished line',
    '[Service]\nType=exec\nWanted|By=a',
    { 'Move to [Install]': '[Service]\nType=exec\n\n[Install]\nWantedBy=a\n' },
  ],
  ['the same into [Unit]', 'Descri|ption=a\n[Service]\n', { 'Move to [Unit]': '[Unit]\nDescription=a\n\n[Service]\n' }],
  ['a removed directive', '[Service]\nCPU|Shares=1\nType=exec\n', { 'Remove this line': '[Service]\nType=exec\n' }],
  ['a missing =', '[Service]\nType| exec\n', { 'Change to Type=': '[Service]\nType=exec\n' }],
  ['a colon for an =', '[Service]\n|Type: exec\n', { 'Change to Type=': '[Service]\nType=exec\n' }],
  ['a missing directive', '[Service]\n|= exec\nType=exec', { 'Remove this line': '[Service]\nType=exec' }],
  ['a comment behind a header', '[Unit] | # what\nWants=a\n', { 'Put the comment on a line of its own': '# what\n[Unit]\nWants=a\n' }],
  ['an open header', '|[Unit\nWants=a\n', { 'Change to [Unit]': '[Unit]\nWants=a\n' }],
  ['a header of which nothing is certain', '|[Un"it\n', {}],
  ['what the host does not know yet', '[Service]\nRestart|Steps=1\n', {}, 252],
];

describe('quick fixes', () => {
  for (const [name, marked, expected, systemd, path] of cases) {
    test(name, () => expect(fixes(marked, systemd, path)).toEqual(expected));
  }

  test('belong to the diagnostics that they fix', () => {
    const judged = judgeUnit({ text: '[Servce]\n', unit: { kind: 'service', role: 'drop-in' } }, { systemd: 262 });
    const diagnostics = diagnosticsOf(judged, () => undefined);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 8 } };
    const [action] = codeActionsOf(judged, { uri, range, shown: diagnostics });
    expect(action).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics });
  });
});
