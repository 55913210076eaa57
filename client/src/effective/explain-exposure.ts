/** Explain Exposure: what an exposure is made of, dearest first; what is chosen is added to the unit. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ExposureRow } from '../../../server/src/protocol-profiles.ts';
import { withoutIcons } from '../common/sinks.ts';
import type { LanguageServer } from '../language-client.ts';
import { endOfService } from './end-of-service.ts';
import { unitDocument } from './show-effective-unit.ts';
import { costWords, riskWords } from './words.ts';

interface Item extends vscode.QuickPickItem {
  readonly row: ExposureRow;
}

/** Lists the assessments of a service under its profile. */
export async function explainExposure(language: LanguageServer, argument: unknown): Promise<void> {
  const uri = unitDocument(argument);
  const document = uri && (await vscode.workspace.openTextDocument(uri));
  const result = document && (await language.exposure({ uri: document.uri.toString() }));
  if (!result) {
    void vscode.window.showInformationMessage(l10n.t('Open a service first: an exposure is of a service that systemd would load.'));
    return;
  }
  const items = result.rows.map(
    (row): Item => ({
      label: withoutIcons(row.name),
      description: costWords(row),
      detail: withoutIcons(riskWords(row)),
      ...(row.remedy !== undefined && row.state === 'bad' && { iconPath: new vscode.ThemeIcon('add') }),
      row,
    }),
  );
  const others = result.others
    .filter(({ profile }) => profile !== result.profile)
    .map(({ profile, printed }) => `${profile} ${printed}`)
    .join(', ');
  const picked = await vscode.window.showQuickPick(items, {
    title: withoutIcons(l10n.t('{0} under {1}: {2} {3} ({4})', result.name, result.profile, result.exposure, result.rating, others)),
    placeHolder: l10n.t('How much each adds (0 is best, 10 worst). One with a + adds its better line.'),
    matchOnDetail: true,
  });
  if (picked?.row.remedy !== undefined && picked.row.state === 'bad')
    await addLine(document, `${picked.row.directive}=${picked.row.remedy}`);
}

/** Adds a line to [Service], and shows it. */
async function addLine(document: vscode.TextDocument, line: string): Promise<void> {
  const end = endOfService(document.getText().split(/\r\n|[\r\n]/));
  if (end === undefined) return;
  const editor = await vscode.window.showTextDocument(document);
  const at = end < document.lineCount ? new vscode.Position(end, 0) : document.lineAt(document.lineCount - 1).range.end;
  await editor.edit(edit => edit.insert(at, end < document.lineCount ? `${line}\n` : `\n${line}`));
  editor.revealRange(new vscode.Range(end, 0, end, 0));
}
