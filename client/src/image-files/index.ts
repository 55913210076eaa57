/** What VS Code does with the inside of images. A bundle of its own, loaded when somebody looks into one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { placeAt } from './address.ts';
export { compareWith } from './compare.ts';
export { insideFailure } from './failures.ts';
export { findText, goToFile } from './find.ts';
export { openAsFolder, openInside } from './open.ts';
export { createImageFileSystem } from './provider.ts';
export { InsideError } from './reading.ts';
export { savedName, saveInside } from './save-as.ts';
