/** What the buttons and links of a report do. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ReportResult } from '../../../server/src/protocol.ts';
import { forNotification } from '../common/sinks.ts';
import { showPlace } from '../images/show-place.ts';
import type { ReportDocument } from './document.ts';
import { reportPage } from './report-html.ts';
import { reportMarkdown } from './report-markdown.ts';

/** The report as it is shown. */
export interface Shown {
  readonly facts: ReportResult;
  readonly document: ReportDocument;
  readonly told: (error: unknown) => void;
}

type Deed = (shown: Shown, message: object) => unknown;

const deeds: Readonly<Record<string, Deed>> = {
  deploy: ({ facts: { image } }) => vscode.commands.executeCommand('portableServices.deploy', { image }),
  detach: ({ facts: { image } }) => vscode.commands.executeCommand('portableServices.detach', { image }),
  logs: ({ facts: { image } }) => vscode.commands.executeCommand('portableServices.showLogs', { image }),
  'other-editor': () => vscode.commands.executeCommand('workbench.action.reopenWithEditor'),
  markdown: copyMarkdown,
  html: exportHtml,
  open: openPlace,
};

/** Does what a message of the page asks for, if it is one that a report can ask for. Never rejects. */
export async function answerReport(message: unknown, shown: Shown): Promise<void> {
  if (typeof message !== 'object' || message === null) return;
  const does: unknown = Reflect.get(message, 'does');
  const deed = typeof does === 'string' && Object.hasOwn(deeds, does) ? deeds[does] : undefined;
  try {
    await deed?.(shown, message);
  } catch (error) {
    shown.told(error);
  }
}

async function copyMarkdown({ document }: Shown): Promise<void> {
  await vscode.env.clipboard.writeText(reportMarkdown(document));
  void vscode.window.showInformationMessage(forNotification(l10n.t('The report of {0} is on the clipboard.', document.title)));
}

async function exportHtml({ facts: { image }, document }: Shown): Promise<void> {
  const defaultUri = vscode.Uri.file(`${image.path}.html`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: { HTML: ['html'] } });
  if (!target) return;
  const page = reportPage(document, { kind: 'file' }, vscode.env.language);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(page));
}

/** Opens a file of the image, one that the report named. */
async function openPlace({ facts: { image, units, findings, plan } }: Shown, message: object): Promise<void> {
  const path: unknown = Reflect.get(message, 'path');
  const line: unknown = Reflect.get(message, 'line');
  const named = [...units, ...findings, ...(plan?.outcome === 'refused' ? [plan] : [])];
  if (typeof path !== 'string' || !named.some(each => each.path === path)) return;
  await showPlace(image, path, typeof line === 'number' ? line : 1);
}
