/** A view of rows: what both views have in common. */
import * as vscode from 'vscode';
import { createRows, type Row, type Rows, type RowsParts } from './rows.ts';
import { toTreeItem } from './tree-item.ts';
import type { FailedUnit } from './unit-items.ts';
import { explainOnHover } from './why-on-hover.ts';

interface TreeViewParts<N> extends Omit<RowsParts<N>, 'redraw'> {
  /** The unit of a row, where it failed: why is asked when the pointer rests there. */
  failed(node: N): FailedUnit | undefined;
  readonly dragAndDrop: vscode.TreeDragAndDropController<Row<N>>;
  /** Called when the view becomes visible; `draw` draws what changed. What it returns is disposed of when the view is hidden. */
  whileVisible(view: vscode.TreeView<unknown>, draw: Rows<N>['update']): readonly { dispose(): void }[];
}

/** Creates it. It asks for nothing while it is hidden. */
export function createTreeView<N>(id: string, parts: TreeViewParts<N>): { readonly view: vscode.TreeView<Row<N>>; dispose(): void } {
  const changed = new vscode.EventEmitter<Row<N>[] | undefined>();
  const rows = createRows<N>({ ...parts, redraw: some => changed.fire(some) });

  const view = vscode.window.createTreeView<Row<N>>(id, {
    showCollapseAll: true,
    canSelectMany: true,
    dragAndDropController: parts.dragAndDrop,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: ({ node }) => {
        const item = toTreeItem(parts.item(node));
        if (parts.failed(node)) item.tooltip = undefined; // else it is not asked for
        return item;
      },
      resolveTreeItem: (item, { node }) => {
        const failed = parts.failed(node);
        return failed && explainOnHover(item, failed, parts.item(node).tooltip ?? '');
      },
      getChildren: rows.below,
    },
  });

  let seen = view.visible ? show() : [];
  function show(): readonly { dispose(): void }[] {
    return parts.whileVisible(view, rows.update);
  }
  function hide(): void {
    for (const part of seen) part.dispose();
    seen = [];
  }
  const visibility = view.onDidChangeVisibility(({ visible }) => {
    hide();
    if (visible) seen = show();
  });
  return {
    view,
    dispose: () => {
      visibility.dispose();
      hide();
      view.dispose();
      changed.dispose();
    },
  };
}
