import * as assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';

const id = 'portable-services.portable-services';

describe('the installed extension', () => {
  before(() => vscode.commands.executeCommand('workbench.view.extension.portableServices'));
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is the packaged one', () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `${id} is not installed`);
    assert.match(extension.extensionPath, /extensions/);
  });

  it('activates', async () => {
    await vscode.extensions.getExtension(id)?.activate();
    assert.equal(vscode.extensions.getExtension(id)?.isActive, true);
  });

  it('has the commands that its manifest names', async () => {
    const known = await vscode.commands.getCommands(true);
    const named: readonly { readonly command: string }[] = vscode.extensions.getExtension(id)?.packageJSON.contributes.commands ?? [];
    assert.deepEqual(
      named.map(c => c.command).filter(c => !known.includes(c)),
      [],
    );
  });
});
