/** The status item of the language: which systemd judges the file in front, and who says so. A click chooses. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { withoutIcons } from './common/sinks.ts';
import { judgeWords } from './common/words.ts';
import { judgedSchemes, type LanguageServer } from './language-client.ts';

/** Creates the item; VS Code shows it while a unit file is in front. */
export function createLanguageStatus(language: Pick<LanguageServer, 'judge' | 'onDidChangeJudge'>): vscode.Disposable {
  // effective units and profiles of hosts are made by the server, which has nothing to say of them
  const judged = judgedSchemes.map(scheme => ({ scheme, language: 'systemd-unit' }));
  const item = vscode.languages.createLanguageStatusItem('portableServices.systemd', judged);
  item.name = l10n.t('Portable Services: systemd Version');
  item.command = { command: 'portableServices.chooseSystemd', title: l10n.t('Choose') };

  function update(): void {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const judge = uri === undefined ? undefined : language.judge(uri);
    item.busy = judge === undefined;
    item.text = judge ? `systemd ${judge.systemd}` : 'systemd';
    item.detail = judge ? withoutIcons(judgeWords(judge)) : '';
  }
  update();
  return vscode.Disposable.from(item, language.onDidChangeJudge(update), vscode.window.onDidChangeActiveTextEditor(update));
}
