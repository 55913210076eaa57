/** Read-only documents of a scheme of our own, whose texts are made when they are shown. */
import * as vscode from 'vscode';

export interface TextDocuments {
  /** Shows a text under a path of the scheme, in place of what it showed there before. */
  show(path: string, text: string): Promise<void>;
  dispose(): void;
}

/** Creates them; each keeps its text until it is closed. */
export function createTextDocuments(scheme: string): TextDocuments {
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
    show: async (path, text) => {
      const uri = vscode.Uri.from({ scheme, authority: '', path });
      texts.set(uri.toString(), text);
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => parts.dispose(),
  };
}
