/** What a real VS Code shows of a unit under its profile: the exposure over [Service], the effective unit as it is typed, profiles as a diff. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const unit = vscode.Uri.file(join(e2eInfo().workspace, 'hello/usr/lib/systemd/system/hello.service'));
const effective = (): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'portable-effective');

describe('a unit under its profile', () => {
  after(async () => {
    await vscode.window.showTextDocument(unit);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('has its exposure over [Service]', async () => {
    const document = await vscode.workspace.openTextDocument(unit);
    await vscode.window.showTextDocument(document);
    await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', unit, 10);
      const [title] = lenses.flatMap(({ command }) => (command?.title.startsWith('Exposure') ? [command.title] : []));
      assert.match(title ?? '', /^Exposure \d\.\d ok \(default\) · nonetwork \d\.\d · strict \d\.\d · trusted \d\.\d · unit alone 9\.\d$/);
      const line = lenses[0]?.range.start.line ?? -1;
      assert.equal(document.lineAt(line).text, '[Service]');
    });
  });

  it('is shown as its host will have it, and again when it changes', async () => {
    const document = await vscode.workspace.openTextDocument(unit);
    await vscode.commands.executeCommand('portableServices.showEffectiveUnit', unit);
    await eventually(async () => {
      const text = effective()?.getText() ?? '';
      assert.match(text, /^# \/run\/systemd\/system\.attached\/hello\.service\n/);
      assert.match(text, /\nGREETING|Environment="GREETING/);
      assert.match(text, /10-profile\.conf[\s\S]*\nDynamicUser=yes\n[\s\S]*20-portable\.conf[\s\S]*\nRootDirectory=.*\/hello\n/);
      assert.match(text, /LogExtraFields=PORTABLE_NAME_AND_VERSION=hello_1\.0\n/);
    });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(unit, new vscode.Position(document.lineCount, 0), '\n[Service]\nPrivateDevices=no\n');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await eventually(async () => assert.match(effective()?.getText() ?? '', /\nPrivateDevices=no\n/));
    const shown = effective();
    const links = shown && (await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', shown.uri));
    assert.ok(
      links?.some(({ target }) => target?.path === unit.path),
      'a link leads back to the unit',
    );
    await eventually(async () => {
      const codes = vscode.languages.getDiagnostics(unit).map(({ code }) => (typeof code === 'object' ? code.value : code));
      assert.ok(codes.includes('sandbox/overridden'));
    });
  });

  it('offers what lowers its exposure', async () => {
    const document = await vscode.workspace.openTextDocument(unit);
    const line = document.getText().split('\n').indexOf('[Service]');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      unit,
      new vscode.Range(line, 0, line, 0),
    );
    assert.ok(actions.some(({ title }) => /^Add \w+=.*: exposure \d\.\d to \d\.\d under default$/.test(title)));
  });

  it('has profiles that can be read', async () => {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('portable-profile:/portable/profile/strict/service.conf?257'),
    );
    assert.match(document.getText(), /\[Service\]\n[\s\S]*\nTasksMax=4\n$/);
  });
});
