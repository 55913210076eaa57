/** Questions before something is done on a host: modal, with what it touches. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { affectedWords, type Fate } from '../common/affected-words.ts';
import { oneLine } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import type { Affected } from '../hosts/host-images-contract.ts';

/** Whether to go on. `yes` is the button's label, a verb. */
export async function askBefore(question: string, detail: string, yes: string): Promise<boolean> {
  const button = { title: yes };
  return (await vscode.window.showWarningMessage(oneLine(question), { modal: true, detail }, button)) === button;
}

/** Whether an action may begin: asked only where the host is one to ask before anything. `what` is the action as a title. */
export async function mayChange(host: Host, what: string): Promise<boolean> {
  if (!host.definition.askFirst) return true;
  return askBefore(l10n.t('{0}?', what), l10n.t('{0} is marked as a host to ask before anything.', host.name), l10n.t('Go On'));
}

/** Whether to take away, or replace, what an action touches. */
export function askAffected(question: string, path: string, affected: Affected, yes: string, fate: Fate = 'go'): Promise<boolean> {
  return askBefore(question, affectedWords(path, affected, fate), yes);
}

/** Whether to attach an image of the workspace over units that the host has; asked only where it has any. */
export async function askForced(host: Host, image: ImageFacts): Promise<boolean> {
  const names = image.units.filter(unit => unit.attachable).map(unit => unit.name);
  const affected = await host.onHost.affectedByUnits(names, image.name);
  if (affected.units.length === 0) return true;
  const question = l10n.t('Attach {0} over the units that {1} has already?', image.name, host.name);
  return askAffected(question, image.name, affected, l10n.t('Attach'), 'are replaced');
}
