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
import { dragImages } from './dragging.ts';
import type { HostContentsModel } from './host-contents.ts';
import { childrenOfHostImage } from './host-items.ts';
import {
  childrenOfGroup,
  childrenOfImage,
  failedUnitOf,
  groupOfHost,
  type ImageContext,
  type ImageNode,
  imageItem,
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

  /** The images that lie on the active host itself. */
  function onHost(): readonly ImageNode[] {
    const host = registry.active();
    const known = contents.of(host);
    const copies = images.images().flatMap(image => {
      const there = states.of(image);
      return there.kind === 'known' && there.state.attached ? [there.state.hostPath] : [];
    });
    return groupOfHost(host, known.kind === 'known' ? known.images : [], new Set(copies));
  }

  function topmost(): readonly ImageNode[] {
    return [...images.images().map((image): ImageNode => ({ kind: 'image', image })), ...onHost()];
  }

  /** What concerns all images alike stands above them, once. */
  function describe(view: vscode.TreeView<unknown>): void {
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

  return createTreeView<ImageNode>('portableServices.images', {
    dragAndDrop: dragImages,
    item: node => imageItem(node, contextOf(node)),
    failed: node => failedUnitOf(node, contextOf(node)),
    children: node => {
      switch (node?.kind) {
        case undefined:
          return images.loaded() ? topmost() : undefined;
        case 'image':
          return childrenOfImage(node.image, states.of(node.image));
        case 'host-group':
          return childrenOfGroup(node.host, node.images);
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
