/** Show Effective Unit: the unit in front as its host will have it once the image is attached. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EffectiveDocuments } from './documents.ts';

/** The document that a command is meant for: the one that was named, else the one in front. */
export function unitDocument(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === 'string') return vscode.Uri.parse(argument);
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'systemd-unit' ? document.uri : undefined;
}

/** Opens it beside the unit. */
export async function showEffectiveUnit(effective: EffectiveDocuments, argument: unknown): Promise<void> {
  const uri = unitDocument(argument);
  if (uri) await effective.show(uri);
  else void vscode.window.showInformationMessage(l10n.t('Open a unit file first: what is shown is made from it.'));
}
