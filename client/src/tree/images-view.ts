/** The Images view: images, their state on the active host, their units. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostRegistry } from '../common/host-registry.ts';
import type { Operations } from '../common/operations.ts';
import { oneLine } from '../common/sinks.ts';
import type { ImagesModel } from '../images/model.ts';
import type { Redeploys } from '../images/redeploys.ts';
import type { ImageStates } from '../images/states.ts';
import type { InsideImages } from '../inside-images.ts';
import { dragImages } from './dragging.ts';
import type { HostContentsModel } from './host-contents.ts';
import { childrenOfHostImage } from './host-items.ts';
import {
  childrenOfGroup,
  childrenOfImage,
  failedUnitOf,
  type ImageContext,
  type ImageNode,
  imageItem,
  topmostOfImages,
} from './image-items.ts';
import { entryRows, type InsideNode, insideProblem, partitionRows } from './inside-items.ts';
import { colors } from './item-spec.ts';
import { createTreeView } from './tree-view.ts';

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
  readonly contents: HostContentsModel;
}): { dispose(): void } {
  const { images, states, operations, registry, redeploys, inside, contents } = parts;

  function contextOf(node: ImageNode): ImageContext {
    const now = Date.now();
    if (!('image' in node) || node.kind === 'host-image' || node.kind === 'host-unit')
      return { onHost: { kind: 'no-host' }, doing: undefined, now };
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

  function topmost(): readonly ImageNode[] {
    const host = registry.active();
    const copies = images.images().flatMap(image => {
      const there = states.of(image);
      return there.kind === 'known' && there.state.attached ? [there.state.hostPath] : [];
    });
    return topmostOfImages({
      images: images.images(),
      problem: images.problem(),
      host,
      contents: contents.of(host),
      copies: new Set(copies),
    });
  }

  /** Names the active host. A message of the view would push the rows away from under the pointer: what is wrong is told by their last one. */
  function describe(view: vscode.TreeView<unknown>): void {
    const host = registry.active();
    view.description = host ? l10n.t('on {0}', oneLine(host.name)) : '';
  }

  return createTreeView<ImageNode>('portableServices.images', {
    dragAndDrop: dragImages,
    item: node => imageItem(node, contextOf(node)),
    failed: node => failedUnitOf(node, contextOf(node)),
    children: node => {
      switch (node?.kind) {
        case undefined:
          return images.loaded() ? topmost() : undefined;
        case 'image':
          return childrenOfImage(node.image);
        case 'host-group':
          return childrenOfGroup(node);
        case 'host-image':
          return childrenOfHostImage(node).filter(row => row.kind === 'host-unit');
        case 'unit':
        case 'message':
        case 'host-unit':
          return [];
        default:
          return undefined;
      }
    },
    ask: async node => {
      if (node) return 'place' in node ? below(node) : [];
      await images.current();
      return topmost();
    },
    whileVisible: (view, draw) => {
      const update = () => {
        describe(view);
        draw();
      };
      const timer = setInterval(draw, tick);
      const listeners = [
        states.watch(),
        contents.watch(),
        contents.onDidChange(update),
        states.onDidChange(update),
        images.onDidChange(() => {
          void vscode.commands.executeCommand('setContext', 'portableServices.imagesLoaded', true);
          describe(view);
          draw(true); // what lies in them may be other files
        }),
        operations.onDidChange(update),
        redeploys.onDidChange(update),
        registry.onDidChange(update),
      ];
      update();
      return [...listeners, { dispose: () => clearInterval(timer) }];
    },
  });
}
