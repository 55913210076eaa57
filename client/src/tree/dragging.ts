/** Images of the Images view, dragged onto a host of the Hosts view to be deployed there. */
import * as vscode from 'vscode';
import type { Host } from '../hosts/contract.ts';
import type { HostNode } from './host-items.ts';
import type { ImageNode } from './image-items.ts';
import type { Row } from './rows.ts';

const images = 'application/vnd.portable-services.images';

/** What of the Images view can be dragged: images, as their paths. */
export const dragImages: vscode.TreeDragAndDropController<Row<ImageNode>> = {
  dragMimeTypes: [images],
  dropMimeTypes: [],
  handleDrag: (rows, data) => {
    const paths = rows.flatMap(({ node }) => (node.kind === 'image' ? [node.image.path] : []));
    if (paths.length > 0) data.set(images, new vscode.DataTransferItem(JSON.stringify(paths)));
  },
};

/** A host takes them, also by a row below it. */
export function dropOnHosts(deploy: (host: Host, paths: readonly string[]) => unknown): vscode.TreeDragAndDropController<Row<HostNode>> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: [images],
    handleDrop: async (row, data) => {
      const target = row?.node;
      const paths = await droppedPaths(data);
      if (paths.length > 0 && target && 'host' in target) await deploy(target.host, paths);
    },
  };
}

/** What was dropped. VS Code puts an empty item of the same type before the one that we made. */
async function droppedPaths(data: vscode.DataTransfer): Promise<readonly string[]> {
  for (const [type, item] of data) {
    const text = type === images ? await item.asString() : '';
    const paths: unknown = text === '' ? undefined : JSON.parse(text);
    if (Array.isArray(paths) && paths.every(path => typeof path === 'string')) return paths;
  }
  return [];
}
