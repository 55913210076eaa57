/** What a real VS Code shows and offers while a unit is written: explanations, sections, directives and values. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const unit = join(e2eInfo().workspace, 'loose', 'backup.timer');

/** A unit of its own with that text, never saved. */
async function write(text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(unit);
  const editor = await vscode.window.showTextDocument(document);
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  assert.equal(await editor.edit(edit => edit.replace(all, text)), true);
  return document;
}

const offered = async (document: vscode.TextDocument, line: number, character: number): Promise<readonly string[]> => {
  const position = new vscode.Position(line, character);
  const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
  // in the order of VS Code, which sorts them by name
  return list.items
    .filter(item => item.kind !== vscode.CompletionItemKind.Text)
    .map(({ label }) => (typeof label === 'string' ? label : label.label));
};

describe('a unit is written', () => {
  after(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('with directives explained', async () => {
    const document = await write('[Timer]\nAccuracySec=1h\n');
    await eventually(async () => {
      const position = new vscode.Position(1, 3);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
      const shown = hovers.flatMap(({ contents }) => contents.map(c => (typeof c === 'string' ? c : c.value))).join('\n');
      assert.match(shown, /How late the timer may elapse/);
      assert.match(shown, /Default\\?: 1min/);
      assert.match(shown, /systemd\.timer\.html#AccuracySec=/);
    });
  });

  it('with sections, directives and values to choose from', async () => {
    const document = await write('[Ti\n[Timer]\nOn\nPersistent=\n');
    await eventually(async () => assert.deepEqual(await offered(document, 0, 3), ['Install', 'Timer', 'Unit']));
    const names = await offered(document, 2, 2);
    assert.ok(names.includes('OnCalendar') && !names.includes('ExecStart'), names.join(' '));
    assert.deepEqual(await offered(document, 3, 11), ['no', 'yes']);
  });
});
