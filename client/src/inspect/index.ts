/** The image report. A bundle of its own, loaded when somebody looks at one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { showReport } from './report-panel.ts';
