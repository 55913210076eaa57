/** What went well, in the status bar: nobody has to answer. The only place from where messages are put there. */
import * as vscode from 'vscode';
import { withoutIcons } from './sinks.ts';

/** Says it for a while, in ms. */
export function sayBriefly(text: string, time = 5000): void {
  vscode.window.setStatusBarMessage(withoutIcons(text), time);
}
