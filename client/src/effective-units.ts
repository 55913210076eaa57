/** The way to units as their host will have them, and to profiles: registers their documents, and loads what does the work when it is needed first. */

import * as vscode from 'vscode';
import { profileScheme } from '../../server/src/protocol-profiles.ts';
import { effectiveScheme } from './effective/addresses.ts';
import type { EffectiveDocuments } from './effective/documents.ts';
import type { LanguageServer } from './language-client.ts';

type Effective = typeof import('./effective/index.ts');

/** What commands do with them. */
export interface EffectiveUnits {
  /** Does it with the bundle that can. */
  use<T>(work: (effective: Effective, documents: EffectiveDocuments) => T | Promise<T>): Promise<T>;
  dispose(): void;
}

/** Registers `portable-effective:` and `portable-profile:`. Nothing is loaded yet. */
export function createEffectiveUnits(language: LanguageServer): EffectiveUnits {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let loaded: Promise<Effective> | undefined;
  let documents: EffectiveDocuments | undefined;
  const use: EffectiveUnits['use'] = async work => {
    loaded ??= import('./effective/index.ts');
    const effective = await loaded;
    documents ??= effective.createEffectiveDocuments(language, uri => changed.fire(uri));
    return work(effective, documents);
  };
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => use((_, { text }) => text(uri)),
  };
  const registered = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(effectiveScheme, provider),
    vscode.workspace.registerTextDocumentContentProvider(profileScheme, provider),
  );
  return {
    use,
    dispose: () => {
      registered.dispose();
      documents?.dispose();
    },
  };
}
