/** The Hosts view: the hosts, what lies on them, and which one is active. */
import * as vscode from 'vscode';
import type { HostRegistry } from '../common/host-registry.ts';
import type { HostContentsModel } from './host-contents.ts';
import { childrenOfHost, type HostNode, hostItem } from './host-items.ts';
import { toTreeItem, whileVisible } from './tree-item.ts';

/** Creates the view. It asks for nothing while it is hidden; unfolding a host connects to it. `fault` is what is wrong with the settings. */
export function createHostsView(
  registry: HostRegistry,
  contents: HostContentsModel,
  fault: () => string,
): { readonly view: vscode.TreeView<HostNode>; dispose(): void } {
  const changed = new vscode.EventEmitter<undefined>();
  const view = vscode.window.createTreeView<HostNode>('portableServices.hosts', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: node => {
        const host = node.kind === 'message' ? undefined : node.host;
        return toTreeItem(hostItem(node, host !== undefined && host === registry.active(), contents.of(host)));
      },
      getChildren: async node => {
        if (!node) return registry.hosts().map((host): HostNode => ({ kind: 'host', host }));
        if (node.kind !== 'host') return [];
        if (node.host.status.state === 'idle') await contents.refresh(node.host);
        return [...childrenOfHost(node.host, contents.of(node.host))];
      },
    },
  });

  const visible = whileVisible(view, () => {
    const update = () => {
      view.message = fault();
      changed.fire(undefined);
    };
    const listeners = [contents.watch(), contents.onDidChange(update), registry.onDidChange(update)];
    update();
    return new vscode.Disposable(() => {
      for (const listener of listeners) listener.dispose();
    });
  });

  return {
    view,
    dispose: () => {
      visible.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}
