/** How an author silences a finding, in a real VS Code: for the line, and for the workspace, where portable-lint.json counts while it is edited. */
import * as assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const info = e2eInfo();
const unit = join(info.workspace, 'loose', 'backup.timer');
const configuration = join(info.workspace, 'portable-lint.json');
const code = 'unit/unknown-directive';

const codeOf = ({ code: given }: vscode.Diagnostic): string => String(typeof given === 'object' ? given.value : given);
const found = (document: vscode.TextDocument): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(d => codeOf(d) === code);

/** Applies the action of that title on the first finding, once there is one. */
async function act(document: vscode.TextDocument, title: RegExp): Promise<void> {
  await eventually(() => assert.equal(found(document).length, 1));
  const [finding] = found(document);
  assert.ok(finding);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const action = actions.find(a => title.test(a.title));
  assert.ok(action?.edit, `${title} is not among ${actions.map(a => a.title).join(', ')}`);
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

describe('a finding is silenced', () => {
  afterEach(async () => {
    for (const document of vscode.workspace.textDocuments.filter(d => d.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    rmSync(configuration, { force: true });
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('for its line', async () => {
    const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(unit));
    await act(document, /for this line$/);
    await eventually(() => assert.equal(found(document).length, 0));
    assert.match(document.getText(), /# portable-lint: disable=unit\/unknown-directive\nOnCalender=/);
  });

  it('for the workspace, by a portable-lint.json that is made', async () => {
    const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(unit));
    await act(document, /in this workspace/);
    await eventually(() => assert.equal(found(document).length, 0));
    const written = await vscode.workspace.openTextDocument(configuration);
    assert.deepEqual(JSON.parse(written.getText()), { rules: { [code]: 'off' } });
  });
});
