/** Show Logs: follows the journal of an image's units, or of one of them. With options: from when on, and how urgent. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { chooseHost } from './choose-host.ts';
import { chooseImage } from './choose-image.ts';
import { reach } from './connect.ts';
import { type CommandContext, hostImageOf, imageOf, unitOf } from './context.ts';
import { type LogOptions, type LogSubject, subjectOf, subjectOnHost } from './log-subject.ts';
import { targetOf } from './unit-targets.ts';

/** Follows the logs of the row's image or unit, or of an image that the user chooses: since it was attached. */
export async function showLogs(context: CommandContext, argument: unknown): Promise<void> {
  const subject = await chosen(context, argument);
  if (subject) await context.logs.follow(subject);
}

/** The same from when on, and as urgent, as the user chooses. */
export async function showLogsWithOptions(context: CommandContext, argument: unknown): Promise<void> {
  const subject = await chosen(context, argument);
  if (!subject) return;
  const title = l10n.t('Logs of {0}', subject.unit ?? subject.name);
  const since = await vscode.window.showQuickPick(
    [
      { label: l10n.t('Since it was attached'), since: 'attach' as const },
      { label: l10n.t('Since the host was booted'), since: 'boot' as const },
      { label: l10n.t('Everything, also of earlier boots'), since: 'ever' as const },
    ],
    { title },
  );
  const priority = since && (await vscode.window.showQuickPick(priorities(), { title }));
  if (!since || !priority) return;
  const options: LogOptions = { since: since.since, ...(priority.most < 7 && { priority: priority.most }) };
  await context.logs.follow(subject, options);
}

/** Syslog priorities to choose from, with the least urgent that is shown. */
function priorities(): (vscode.QuickPickItem & { readonly most: number })[] {
  return [
    { label: l10n.t('All entries'), most: 7 },
    { label: l10n.t('Without debugging'), most: 6 },
    { label: l10n.t('Notices and worse'), most: 5 },
    { label: l10n.t('Warnings and worse'), most: 4 },
    { label: l10n.t('Errors and worse'), most: 3 },
    { label: l10n.t('Critical and worse'), most: 2 },
  ];
}

async function chosen(context: CommandContext, argument: unknown): Promise<LogSubject | undefined> {
  const target = targetOf(context, argument);
  const there = hostImageOf(context, argument);
  if (there) return subjectOnHost(there.host, there.image, target);
  const host = context.registry.active() ?? (await chooseHost(context, l10n.t('Show the logs of which host?')));
  if (!host || !(await reach(context, host))) return undefined;
  const image = imageOf(argument) ?? (await chooseImage(context, l10n.t('Show the logs of which image?'), 'attached'));
  return image && subjectOf(host, image, unitOf(argument));
}
