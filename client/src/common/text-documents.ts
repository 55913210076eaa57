/** Read-only documents of a scheme of our own, whose texts are made when they are shown. */
import * as vscode from 'vscode';

export interface TextDocuments {
  /** Shows a text under a path of the scheme, in place of what it showed there before. */
  show(path: string, text: string): Promise<void>;
  /** The same with a text of Markdown, which is shown as it is meant to look wherever VS Code's own Markdown support is there. */
  showRendered(path: string, text: string): Promise<void>;
  dispose(): void;
}

/** How many texts are kept: what shows Markdown asks for its text again long after the document was closed. */
const most = 30;

/** VS Code's own command; absent where its Markdown support is switched off. */
const preview = 'markdown.showPreview';

/** Creates them; the latest texts are kept. */
export function createTextDocuments(scheme: string): TextDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const parts = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
    }),
  );

  function keep(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, authority: '', path });
    const key = uri.toString();
    texts.delete(key);
    texts.set(key, text);
    const [oldest] = texts.keys();
    if (texts.size > most && oldest !== undefined) texts.delete(oldest);
    changed.fire(uri);
    return uri;
  }
  const open = async (uri: vscode.Uri): Promise<void> => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  };

  return {
    show: async (path, text) => open(keep(path, text)),
    showRendered: async (path, text) => {
      const uri = keep(path, text);
      // only running it tells whether it is there: commands of extensions that have not started are in no list
      await vscode.commands.executeCommand(preview, uri).then(undefined, () => open(uri));
    },
    dispose: () => parts.dispose(),
  };
}
