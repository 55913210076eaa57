/** From each line of an effective unit to what it is made from: links, Go to Definition, and what is said of the line under the mouse. */
import * as vscode from 'vscode';
import type { EffectivePart, EffectiveResult } from '../../../server/src/protocol-profiles.ts';
import { forMarkdown } from '../common/sinks.ts';
import { effectiveScheme } from './addresses.ts';
import { profileUri } from './uris.ts';
import { lineWords } from './words.ts';

/** What an effective document shows now; undefined once it shows something else. */
export type Shown = (document: vscode.TextDocument) => Promise<EffectiveResult | undefined>;

/** Registers all of them. */
export function registerSources(shown: Shown): vscode.Disposable {
  const selector = { scheme: effectiveScheme };
  return vscode.Disposable.from(
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async document => {
        const result = await shown(document);
        return result && links(document, result);
      },
    }),
    vscode.languages.registerDefinitionProvider(selector, {
      provideDefinition: async (document, { line }) => {
        const result = await shown(document);
        return result && sourceOf(result, line);
      },
    }),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, { line }) => {
        const result = await shown(document);
        const said = (result ? lineWords(result, line) : []).map(forMarkdown).join('\n\n');
        return said === '' ? undefined : new vscode.Hover(new vscode.MarkdownString(said), document.lineAt(line).range);
      },
    }),
  );
}

/** What a file of the unit is opened as; undefined for what has no place here. */
function fileOf({ origin, uri }: EffectivePart, result: EffectiveResult): vscode.Uri | undefined {
  if (uri !== undefined) return vscode.Uri.parse(uri);
  return origin === 'profile' ? profileUri(result.profile, result.systemd) : undefined;
}

/** The place that a line is from; of a file's head, its beginning. */
function sourceOf(result: EffectiveResult, at: number): vscode.Location | undefined {
  const { file, line = 0 } = result.lines[at] ?? {};
  const part = file === undefined ? undefined : result.files[file];
  const target = part && fileOf(part, result);
  return target && new vscode.Location(target, new vscode.Position(line, 0));
}

/** From the head of each file to what it is made from, and from a line that does not count to itself there. */
function links(document: vscode.TextDocument, result: EffectiveResult): vscode.DocumentLink[] {
  const heads = result.files.flatMap(part => {
    const target = fileOf(part, result);
    const { text } = document.lineAt(part.first);
    return target ? [new vscode.DocumentLink(new vscode.Range(part.first, 2, part.first, text.length), target)] : [];
  });
  const back = result.lines.flatMap(({ line, fate }, at) => {
    const source = line === undefined || fate === undefined ? undefined : sourceOf(result, at);
    if (!source) return [];
    const target = source.uri.with({ fragment: `L${source.range.start.line + 1}` });
    return [new vscode.DocumentLink(document.lineAt(at).range, target)];
  });
  return [...heads, ...back];
}
