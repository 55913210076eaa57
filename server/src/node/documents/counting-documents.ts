/** Which open documents count: editors keep a file shown that went away, and only what is typed in it from then on counts again. */
import { FileChangeType, type FileEvent, type TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { documentPath } from './document-path.ts';
import { releasePath } from './judged-releases.ts';

/** The open documents, without those whose files went away. */
export interface CountingDocuments {
  /** An open document that counts. */
  readonly get: (uri: string) => TextDocument | undefined;
  /** The text of the release file at a path, where one that counts is open. */
  readonly releaseAt: (path: string) => string | undefined;
  /** Files were written, or came or went. */
  readonly changedOnDisk: (changes: readonly FileEvent[]) => void;
  /** A document was typed in, or closed: whatever comes next under its name counts. */
  readonly counts: (uri: string) => void;
}

/** Follows the documents of an editor. */
export function countingDocuments(documents: TextDocuments<TextDocument>): CountingDocuments {
  /** Paths of open documents whose files went away. */
  const gone = new Set<string>();
  const counts = (uri: string) => void gone.delete(documentPath(uri) ?? '');
  return {
    get: uri => (gone.size > 0 && gone.has(documentPath(uri) ?? '') ? undefined : documents.get(uri)),
    releaseAt(path) {
      if (gone.has(path)) return undefined;
      const open = documents.all().find(document => releasePath(document) === path);
      return open?.getText();
    },
    changedOnDisk(changes) {
      for (const { uri, type } of changes) {
        const path = documentPath(uri);
        if (path !== undefined && type === FileChangeType.Deleted && documents.get(uri)) gone.add(path);
        else counts(uri);
      }
    },
    counts,
  };
}
