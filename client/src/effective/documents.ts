/** Read-only documents: units as their host will have them, each line with where it comes from, and profiles. They follow what they are made from. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EffectiveLine, EffectivePart, EffectiveResult } from '../../../server/src/protocol-profiles.ts';
import { debounce } from '../common/coalesce.ts';
import { systemClock } from '../hosts/clock.ts';
import type { LanguageServer } from '../language-client.ts';
import { effectiveAddress, effectiveScheme, profileAddress, profileScheme, readEffectiveAddress, readProfileAddress } from './addresses.ts';
import { fateWords, originWords } from './words.ts';

export interface EffectiveDocuments extends vscode.Disposable {
  /** The text of a document of one of the two schemes. */
  text(uri: vscode.Uri): Promise<string>;
  /** Opens the effective unit of an open document beside it. */
  show(uri: vscode.Uri, profile?: string): Promise<void>;
}

/** Milliseconds without an edit after which a document is made anew. */
const settle = 150;

/** The address of the effective unit of a document. */
export const effectiveUri = (uri: vscode.Uri, profile?: string): vscode.Uri =>
  vscode.Uri.from({ scheme: effectiveScheme, ...effectiveAddress({ uri: uri.toString(), ...(profile !== undefined && { profile }) }) });

/** The address of a profile that has no file here. */
export const profileUri = (name: string, systemd: number): vscode.Uri =>
  vscode.Uri.from({ scheme: profileScheme, ...profileAddress(name, systemd) });

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
    vscode.languages.registerDocumentLinkProvider(
      { scheme: effectiveScheme },
      { provideDocumentLinks: document => links(document, shown) },
    ),
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

/** From the head of each file to what it is made from, and from a line that does not count to the one for which. */
function links(document: vscode.TextDocument, shown: ReadonlyMap<string, EffectiveResult>): vscode.DocumentLink[] {
  const result = shown.get(document.uri.toString());
  if (!result || document.getText() !== result.text) return [];
  const source = ({ origin, uri }: EffectivePart): vscode.Uri | undefined => {
    if (uri !== undefined) return vscode.Uri.parse(uri);
    return origin === 'profile' ? profileUri(result.profile, result.systemd) : undefined;
  };
  const heads = result.files.flatMap(part => {
    const target = source(part);
    const { text } = document.lineAt(part.first);
    return target ? [new vscode.DocumentLink(new vscode.Range(part.first, 2, part.first, text.length), target)] : [];
  });
  const back = result.lines.flatMap(({ file, line, fate }, n) => {
    const part = result.files[file];
    const target = part && source(part);
    if (!target || line === undefined || fate === undefined) return [];
    return [new vscode.DocumentLink(document.lineAt(n).range, target.with({ fragment: `L${line + 1}` }))];
  });
  return [...heads, ...back];
}
