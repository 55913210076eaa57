/** The bundle in the place of `hosts/failures/index.ts`, which must not know VS Code: with the translations that VS Code holds. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export * from './hosts/failures/index.ts';
