/** The status bar's item that names the active host, and the context key that says how it is. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostRegistry } from '../common/host-registry.ts';
import type { Operations } from '../common/operations.ts';
import type { ImageStates } from '../images/states.ts';
import type { HostContentsModel } from './host-contents.ts';
import { activeHostKey, statusBar } from './host-items.ts';

/** Creates the item. It listens to our own models, never to a host: those listen while a view is visible. */
export function createStatusBar(parts: {
  readonly registry: HostRegistry;
  readonly states: ImageStates;
  readonly contents: HostContentsModel;
  readonly operations: Operations;
}): vscode.Disposable {
  const { registry, states, contents, operations } = parts;
  const item = vscode.window.createStatusBarItem('portableServices.host', vscode.StatusBarAlignment.Left, 10);
  item.name = l10n.t('Portable Services: Host');
  item.command = 'portableServices.chooseHost';
  let key = '';

  function update(): void {
    const host = registry.active();
    const spec = statusBar(host);
    item.text = spec.text;
    item.tooltip = spec.tooltip;
    item.backgroundColor = spec.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    const next = activeHostKey(host, contents.of(host));
    if (next === key) return;
    key = next;
    void vscode.commands.executeCommand('setContext', 'portableServices.activeHost', key);
  }

  const listeners = [
    registry.onDidChange(update),
    states.onDidChange(update),
    contents.onDidChange(update),
    operations.onDidChange(update),
  ];
  update();
  item.show();
  return new vscode.Disposable(() => {
    for (const listener of listeners) listener.dispose();
    item.dispose();
  });
}
