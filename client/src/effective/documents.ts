/** Read-only documents: units as their host will have them, each line with where it comes from, and profiles. They follow what they are made from. */

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EffectiveLine, EffectiveResult } from '../../../server/src/protocol-profiles.ts';
import { profileScheme } from '../../../server/src/protocol-profiles.ts';
import { debounce } from '../common/coalesce.ts';
import { systemClock } from '../hosts/clock.ts';
import type { LanguageServer } from '../language-client.ts';
import { effectiveScheme, readEffectiveAddress, readProfileAddress } from './addresses.ts';
import { registerSources } from './sources.ts';
import { effectiveUri } from './uris.ts';
import { fateWords, originWords } from './words.ts';

export interface EffectiveDocuments extends vscode.Disposable {
  /** The text of a document of one of the two schemes. */
  text(uri: vscode.Uri): Promise<string>;
  /** Opens the effective unit of an open document beside it. */
  show(uri: vscode.Uri, profile?: string): Promise<void>;
}

/** Milliseconds without an edit after which a document is made anew. */
const settle = 150;

/** Creates them; `changed` is told which have to be read anew. */
export function createEffectiveDocuments(
  language: Pick<LanguageServer, 'effective' | 'profileText' | 'onDidChangeJudge'>,
  changed: (uri: vscode.Uri) => void,
): EffectiveDocuments {
  const shown = new Map<string, EffectiveResult>();
  const faded = vscode.window.createTextEditorDecorationType({ opacity: '0.5' });
  const origin = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em' },
  });

  async function effectiveText(uri: vscode.Uri): Promise<string> {
    const address = readEffectiveAddress(uri);
    const result = address && (await language.effective(address));
    if (!result) {
      shown.delete(uri.toString());
      return `# ${l10n.t('No unit is to be shown: the file is closed, or it is none that an image brings.')}\n`;
    }
    shown.set(uri.toString(), result);
    return result.text;
  }

  /** What a document shows. VS Code asks for links once a text, which may be before that text is remembered here, or after it was forgotten. */
  async function resultOf(document: vscode.TextDocument): Promise<EffectiveResult | undefined> {
    const text = document.getText();
    const remembered = shown.get(document.uri.toString());
    if (remembered?.text === text) return remembered;
    const address = readEffectiveAddress(document.uri);
    const result = address && (await language.effective(address));
    return result?.text === text ? result : undefined;
  }

  async function ofProfile(uri: vscode.Uri): Promise<string> {
    const address = readProfileAddress(uri);
    return (address && (await language.profileText(address))) ?? `# ${l10n.t('This profile is not known.')}\n`;
  }

  function decorate(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const result = shown.get(editor.document.uri.toString());
      if (!result || editor.document.getText() !== result.text) continue;
      const rows = result.lines.map((line, n) => ({ line, range: editor.document.lineAt(n).range }));
      editor.setDecorations(
        faded,
        rows.filter(({ line }) => line.fate !== undefined).map(({ range }) => range),
      );
      editor.setDecorations(
        origin,
        rows.flatMap(({ line, range }, n) => {
          const contentText = note(line, n, result);
          return contentText === undefined ? [] : [{ range, renderOptions: { after: { contentText } } }];
        }),
      );
    }
  }

  const again = debounce(systemClock, settle, () => {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === effectiveScheme) changed(uri);
  });
  const parts = vscode.Disposable.from(
    faded,
    origin,
    { dispose: () => again.cancel() },
    registerSources(resultOf),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === effectiveScheme) decorate();
      else if (document.languageId === 'systemd-unit') again.request();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => shown.delete(uri.toString())),
    vscode.window.onDidChangeVisibleTextEditors(decorate),
    language.onDidChangeJudge(() => again.request()),
  );
  return {
    text: uri => (uri.scheme === profileScheme ? ofProfile(uri) : effectiveText(uri)),
    show: async (uri, profile) => {
      const document = await vscode.workspace.openTextDocument(effectiveUri(uri, profile));
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
      decorate();
    },
    dispose: () => parts.dispose(),
  };
}

/** What is said behind a line: whose file begins there, or why the line does not count. */
function note(line: EffectiveLine, at: number, { files, profile, host }: EffectiveResult): string | undefined {
  const part = files.find(({ first }) => first === at);
  if (part) return originWords(part, profile, host);
  return line.fate && fateWords(line.fate, line.by);
}
