/** What is wrong with an image before it is deployed: the errors that are shown for its files. */
import { isAbsolute, relative } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';

/** The errors, a line each, the most telling first. Warnings do not count: systemd goes on after them. */
export function imageErrors(image: ImageFacts): readonly string[] {
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.scheme === 'file' && isBelow(uri.fsPath, image.path))
    .flatMap(([uri, diagnostics]) =>
      diagnostics
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
        .map(({ range, message }) => l10n.t('{0}, line {1}: {2}', relative(image.path, uri.fsPath), range.start.line + 1, message)),
    );
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
