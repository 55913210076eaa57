/** The status bar's item that says which images are redeployed on save. */
import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { oneLine, withoutIcons } from '../common/sinks.ts';
import type { Redeploys } from '../images/redeploys.ts';

/** Creates the item; it is hidden while there is none. A click chooses the image to turn it off, or another on. */
export function createRedeployStatus(redeploys: Redeploys): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('portableServices.redeploy', vscode.StatusBarAlignment.Left, 9);
  item.name = l10n.t('Portable Services: Redeploy on Save');
  item.command = 'portableServices.redeployOnSave';

  function update(): void {
    const names = redeploys.paths().map(path => withoutIcons(basename(path)));
    const [first] = names;
    if (first === undefined) {
      item.hide();
      return;
    }
    item.text = `$(sync) ${names.length === 1 ? l10n.t('redeploy on save: {0}', first) : l10n.t('redeploy on save: {0} images', names.length)}`;
    item.tooltip = redeploys.paths().map(oneLine).join('\n');
    item.show();
  }

  const listener = redeploys.onDidChange(update);
  update();
  return vscode.Disposable.from(listener, item);
}
