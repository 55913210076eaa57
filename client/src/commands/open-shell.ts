/** Open Shell in Sandbox: a terminal that sees what a unit sees on the host. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { oneLine } from '../common/sinks.ts';
import { mayChange } from './ask-before.ts';
import type { CommandContext } from './context.ts';
import { unitTargets } from './unit-targets.ts';

/** Opens it for the row's unit, or for one that the user chooses. */
export async function openShell(context: CommandContext, argument: unknown): Promise<void> {
  const [target] = await unitTargets(context, argument, [], l10n.t('Open a shell in the sandbox of which unit?'));
  if (!target) return;
  const { host, unit } = target;
  if (!(await mayChange(host, l10n.t('Opening a shell in {0} on {1}', unit, host.name)))) return;
  const { program, args } = await host.units.shell(unit);
  const terminal = vscode.window.createTerminal({
    name: oneLine(l10n.t('{0} on {1}', unit, host.name)),
    shellPath: program,
    shellArgs: [...args],
    isTransient: true, // the process that it is about may be another one tomorrow
    iconPath: new vscode.ThemeIcon('terminal'),
  });
  terminal.show();
}
