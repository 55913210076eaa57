/** The commands that are chosen now and then. A bundle of its own, loaded with the first of them. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export { attachByPath } from './attach-by-path.ts';
export { attachHostImage, reattachHostImage } from './attach-host-image.ts';
export { attachWithOptions } from './attach-with-options.ts';
export { chooseSystemd } from './choose-systemd.ts';
export { cleanUpOldVersions } from './clean-up-old-versions.ts';
export { detachHostImage } from './detach-host-image.ts';
export { inspectHostImage } from './inspect-host-image.ts';
export { limitAllImages, limitImage } from './limit-images.ts';
export { makePersistent } from './make-persistent.ts';
export { makeWritable, markReadOnly } from './mark-read-only.ts';
export { previewAttach } from './preview-attach.ts';
export { previewDetach } from './preview-detach.ts';
export { removeHost } from './remove-host.ts';
export { removeHostImage } from './remove-host-image.ts';
export { rollBack } from './roll-back.ts';
export { setUpRights } from './set-up-rights.ts';
