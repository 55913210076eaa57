/** Read-only documents that show what portabled found in images of hosts. */
import * as vscode from 'vscode';
import type { HostImage } from '../hosts/contract.ts';
import type { ImageMetadata } from '../hosts/portabled.ts';
import { hostImageText } from './host-image-text.ts';

const scheme = 'portable-host-image';

export interface HostImageDocuments {
  show(host: string, image: HostImage, metadata: ImageMetadata): Promise<void>;
  dispose(): void;
}

/** Creates them; each keeps its text until it is closed. */
export function createHostImageDocuments(): HostImageDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const parts = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
  );
  return {
    show: async (host, image, metadata) => {
      const uri = vscode.Uri.from({ scheme, authority: '', path: `/${host}${image.path}` });
      texts.set(uri.toString(), hostImageText(host, image, metadata));
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => parts.dispose(),
  };
}
