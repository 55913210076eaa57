/** Whether an output channel can be seen. VS Code has no event for it, but opens and closes a document of the channel's name. */
import * as vscode from 'vscode';

/** Following goes on for this long, in ms, after a channel was hidden: another one may only be looked at for a moment. */
const patience = 30_000;

/** Whether a document is what the channel of a name shows. */
export function isChannel({ uri }: vscode.TextDocument, name: string): boolean {
  return uri.scheme === 'output' && uri.path.endsWith(`-${name}`);
}

/** Calls when the channel of a name is shown, and when it has been hidden for a while. */
export function watchChannel(name: string, calls: { shown(): void; hidden(): void }): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const opened = vscode.workspace.onDidOpenTextDocument(document => {
    if (!isChannel(document, name)) return;
    clearTimeout(timer);
    calls.shown();
  });
  const closed = vscode.workspace.onDidCloseTextDocument(document => {
    if (!isChannel(document, name)) return;
    clearTimeout(timer);
    timer = setTimeout(calls.hidden, patience);
  });
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    opened.dispose();
    closed.dispose();
  });
}
