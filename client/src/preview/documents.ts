/** Read-only documents that show what an action would do. */
import * as vscode from 'vscode';

const scheme = 'portable-preview';

export interface PreviewDocuments {
  /** Shows a text of Markdown under a title. */
  show(title: string, text: string): Promise<void>;
  dispose(): void;
}

/** Creates them; each keeps its text until it is closed. */
export function createPreviewDocuments(): PreviewDocuments {
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
    show: async (title, text) => {
      const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll('/', '_')}.md` });
      texts.set(uri.toString(), text);
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => parts.dispose(),
  };
}
