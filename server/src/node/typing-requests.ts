/** What an editor asks about a document while its user types or points: quick fixes, explanations, completions, hints, folds. */
import type { CompletionItem, Connection, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { codeActionsOf, silencingActionsOf } from '../features/code-actions.ts';
import { foldingOf } from '../features/folding.ts';
import type { JudgedUnit } from '../features/judge.ts';
import type { JudgedRelease } from '../features/judge-release.ts';
import type { Target } from '../rules/rule.ts';
import type { EditorConfiguration } from './documents/editor-configuration.ts';
import type { Answer } from './handlers.ts';
import type { ProfileRequests } from './profile-requests.ts';

/** The documents that are open, and who judges them. */
interface Documents {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly judgedAt: (uri: string) => JudgedUnit | JudgedRelease | undefined;
  /** The judged document at an address, where it is a unit, a drop-in or a profile. */
  readonly unitAt: (uri: string) => JudgedUnit | undefined;
  readonly targetOf: (uri: string) => Target;
  readonly configured: Pick<EditorConfiguration, 'toChange' | 'inWorkspace'>;
  readonly profiles: Pick<ProfileRequests, 'tightenings'>;
  /** Whether the user may change a file. */
  readonly writable: (path: string) => boolean;
  /** Whether the editor makes, moves and removes files for a quick fix. */
  readonly makesFiles: () => boolean;
}

/** Answers them on a connection; what nobody needs before someone types is loaded then. */
export function answerTypingRequests(connection: Connection, documents: Documents, answer: Answer): void {
  const pointedAt = (uri: string, position: Position) => {
    const document = documents.document(uri);
    const judged = documents.judgedAt(uri);
    return document && judged && { judged, offset: document.offsetAt(position) };
  };

  connection.onCodeAction(
    answer('quick fixes', async ({ textDocument: { uri }, range, context }) => {
      const judged = documents.judgedAt(uri);
      if (!judged) return [];
      const { scheme, fsPath } = URI.parse(uri);
      const writable = scheme === 'untitled' || (scheme === 'file' && documents.writable(fsPath));
      const configuration = await documents.configured.toChange(uri);
      const request = {
        ...{ uri, range, shown: context.diagnostics, inWorkspace: documents.configured.inWorkspace },
        ...(documents.makesFiles() && { addressOf }),
        ...(configuration && { configuration }),
      };
      const silencing = silencingActionsOf(judged, request, { writable });
      if (!writable) return silencing;
      const tighter = 'release' in judged ? [] : documents.profiles.tightenings(judged, uri, range, documents.targetOf(uri));
      return [...codeActionsOf(judged, request), ...silencing, ...tighter];
    }),
  );

  connection.onHover(
    answer('explaining', async ({ textDocument: { uri }, position }) => {
      const { hoverOf, releaseHover } = await import('./while-typing.ts');
      const pointed = pointedAt(uri, position);
      if (!pointed) return undefined;
      const { judged, offset } = pointed;
      return 'release' in judged ? releaseHover(judged, offset) : hoverOf(judged, offset, documents.targetOf(uri));
    }),
  );

  connection.onCompletion(
    answer('completing', async ({ textDocument: { uri }, position }) => {
      const { completionsOf, releaseCompletions } = await import('./while-typing.ts');
      const pointed = pointedAt(uri, position);
      if (!pointed) return [];
      const { judged, offset } = pointed;
      return 'release' in judged ? releaseCompletions(judged, offset) : completionsOf(judged, offset, documents.targetOf(uri));
    }),
  );
  connection.onCompletionResolve(
    answer('explaining', async (item: CompletionItem) => (await import('./while-typing.ts')).explainItem(item)),
  );

  connection.languages.inlayHint.on(
    answer('comparing with a profile', async ({ textDocument: { uri }, range }) => {
      const judged = documents.unitAt(uri);
      if (judged?.unit.role !== 'profile') return [];
      const { inlayHintsOf } = await import('./while-typing.ts');
      return inlayHintsOf(judged, range, documents.targetOf(uri).systemd);
    }),
  );

  connection.onFoldingRanges(
    answer('folding', ({ textDocument: { uri } }) => {
      const judged = documents.unitAt(uri);
      return judged ? foldingOf(judged) : [];
    }),
  );
}

const addressOf = (path: string): string => URI.file(path).toString();
