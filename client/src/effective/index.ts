/** Units as their host will have them, and profiles. A bundle of its own, loaded when somebody looks at one. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { compareProfiles } from './compare-profiles.ts';
export { createEffectiveDocuments } from './documents.ts';
export { explainExposure } from './explain-exposure.ts';
export { newProfile } from './new-profile.ts';
export { showEffectiveUnit } from './show-effective-unit.ts';
