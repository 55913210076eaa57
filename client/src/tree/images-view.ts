/** The Images view: images, their state on the active host, their units. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { failureText } from '../common/failure.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import type { Operations } from '../common/operations.ts';
import { oneLine } from '../common/sinks.ts';
import type { ImagesModel } from '../images/model.ts';
import type { Redeploys } from '../images/redeploys.ts';
import type { ImageStates } from '../images/states.ts';
import type { InsideImages } from '../inside-images.ts';
import { childrenOfImage, type ImageContext, type ImageNode, imageItem } from './image-items.ts';
import { entryRows, type InsideNode, insideProblem, partitionRows } from './inside-items.ts';
import { colors } from './item-spec.ts';
import { toTreeItem, whileVisible } from './tree-item.ts';

/** How often `active for 3 min` is told anew while one looks. No host is asked for it. */
const tick = 30_000;

/** Creates the view. It asks for nothing while it is hidden. */
export function createImagesView(parts: {
  readonly images: ImagesModel;
  readonly states: ImageStates;
  readonly operations: Operations;
  readonly registry: HostRegistry;
  readonly redeploys: Redeploys;
  readonly inside: Pick<InsideImages, 'ask'>;
}): { readonly view: vscode.TreeView<ImageNode>; dispose(): void } {
  const { images, states, operations, registry, redeploys, inside } = parts;
  const changed = new vscode.EventEmitter<undefined>();

  function contextOf(node: ImageNode): ImageContext {
    const now = Date.now();
    if (node.kind === 'message') return { onHost: { kind: 'no-host' }, doing: undefined, now };
    const host = registry.active();
    const doing = host && operations.doing(host, node.image);
    return { onHost: states.of(node.image), doing, redeploys: redeploys.isOn(node.image.path), now };
  }

  /** The rows of files and partitions, read when they are unfolded. */
  async function below(node: InsideNode): Promise<readonly ImageNode[]> {
    const { image, place } = node;
    const asks = node.kind === 'partitions' ? 'partitions' : 'list';
    const { entries, partitions, failure } = await inside.ask({ ...place, ask: asks });
    if (failure) {
      const id = `unread:${image.path}:${place.partition ?? ''}:${place.path}`;
      return [{ kind: 'message', id, text: insideProblem(failure), icon: { id: 'warning', color: colors.warning } }];
    }
    return partitions ? partitionRows(image, partitions) : entryRows(image, place, entries ?? []);
  }

  const view = vscode.window.createTreeView<ImageNode>('portableServices.images', {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: node => toTreeItem(imageItem(node, contextOf(node))),
      getChildren: async node => {
        if (node?.kind === 'image') return [...childrenOfImage(node.image, states.of(node.image))];
        if (node) return node.kind === 'unit' || node.kind === 'message' ? [] : [...(await below(node))];
        const list = images.loaded() ? images.images() : await images.current();
        return list.map((image): ImageNode => ({ kind: 'image', image }));
      },
    },
  });

  /** What concerns all images alike stands above them, once. */
  function describe(): void {
    const host = registry.active();
    view.description = host ? l10n.t('on {0}', oneLine(host.name)) : '';
    const problem = images.problem();
    const unreachable = host?.status.state === 'unreachable' ? failureText(host.status.error) : undefined;
    const noPortabled =
      host?.status.state === 'connected' && !host.status.portabled
        ? l10n.t('{0} has no portabled, so nothing can be attached there.', host.name)
        : undefined;
    const message = problem
      ? l10n.t('The images could not be read: {0}', problem)
      : images.images().length > 0 && (unreachable ?? noPortabled);
    view.message = message ? oneLine(message) : '';
  }

  function update(): void {
    describe();
    changed.fire(undefined);
  }

  const visible = whileVisible(view, () => {
    const timer = setInterval(() => changed.fire(undefined), tick);
    const listeners = [
      states.watch(),
      states.onDidChange(update),
      images.onDidChange(() => {
        void vscode.commands.executeCommand('setContext', 'portableServices.imagesLoaded', true);
        update();
      }),
      operations.onDidChange(update),
      redeploys.onDidChange(update),
      registry.onDidChange(update),
    ];
    update();
    return new vscode.Disposable(() => {
      clearInterval(timer);
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
