/** Why Did It Fail: explains the failure of a unit in a sentence, with the way to the line to blame. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { forNotification } from '../common/sinks.ts';
import type { CommandContext } from './context.ts';
import { showBlamed } from './show-line.ts';
import { subjectOfUnit, unitTargets } from './unit-targets.ts';

/** Explains the failure of the row's unit, or of one that the user chooses. */
export async function whyFailed(context: CommandContext, argument: unknown): Promise<void> {
  const [target] = await unitTargets(context, argument, [], l10n.t('Why did which unit fail?'));
  if (!target) return;
  const { host, unit, image } = target;
  const failure = await host.units.explain(unit);
  if (!failure) {
    void vscode.window.showInformationMessage(forNotification(l10n.t('{0} on {1} did not fail.', unit, host.name)));
    return;
  }
  const line = { title: l10n.t('Show Line') };
  const logs = { title: l10n.t('Show Logs') };
  const buttons = failure.blame && image ? [line, logs] : [logs];
  const picked = await vscode.window.showErrorMessage(forNotification(`${failure.message} ${failure.advice}`), ...buttons);
  if (picked === line && image) await showBlamed(context, image, failure);
  if (picked === logs) await context.logs.follow(subjectOfUnit(target));
}
