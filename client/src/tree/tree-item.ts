/** Turns a row's description into VS Code's. */
import * as vscode from 'vscode';
import { addressOf } from '../image-files/address.ts';
import type { Icon, ItemSpec } from './item-spec.ts';

const unfolding = {
  no: vscode.TreeItemCollapsibleState.None,
  folded: vscode.TreeItemCollapsibleState.Collapsed,
  unfolded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** The `TreeItem` of a row. */
export function toTreeItem(spec: ItemSpec): vscode.TreeItem {
  const item = new vscode.TreeItem(spec.label, unfolding[spec.unfolds]);
  item.id = spec.id;
  item.iconPath = themeIcon(spec.icon);
  if (spec.description !== undefined) item.description = spec.description;
  if (spec.tooltip !== undefined) {
    item.tooltip = spec.tooltip;
    // by itself VS Code reads out the tooltip in the place of what the row shows
    item.accessibilityInformation = { label: [spec.label, spec.description, spec.tooltip].filter(part => part).join(', ') };
  }
  if (spec.context !== undefined) item.contextValue = spec.context;
  if (spec.opens !== undefined) {
    const uri = vscode.Uri.file(spec.opens);
    item.resourceUri = uri; // so that the row is marked when the file has problems
    item.command = { command: 'vscode.open', title: '', arguments: [uri] };
  }
  if (spec.opensSetting !== undefined) {
    // the settings of the machine that we run on: on a remote one, the user's own would show none
    const command = vscode.env.remoteName === undefined ? 'workbench.action.openSettings' : 'workbench.action.openRemoteSettings';
    item.command = { title: '', command, arguments: [{ query: `@id:${spec.opensSetting}` }] };
  }
  if (spec.opensInside !== undefined) {
    const uri = addressOf(spec.opensInside);
    item.resourceUri = uri;
    item.command = { title: '', command: 'portableServices.openImageFile', arguments: [uri] };
  }
  return item;
}

function themeIcon({ id, color }: Icon): vscode.ThemeIcon {
  return color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}
