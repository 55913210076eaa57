/** What an attach or a detach would do, told beforehand. A bundle of its own, loaded when somebody wants to know, or deploys. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { previewOn } from './attach-plan.ts';
export { checkImage, unreadable, unstartable } from './check-image.ts';
export { checkPlan } from './check-plan.ts';
export { attachPreview, detachPreview } from './preview-text.ts';
