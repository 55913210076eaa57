/** The table of commands, and what is done with a fault in any of them. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tellFailure } from '../common/act.ts';
import { asFailure } from '../common/failure.ts';
import { addSshHost } from './add-ssh-host.ts';
import { attachAndStart } from './attach-and-start.ts';
import { attachByPath } from './attach-by-path.ts';
import { attachHostImage, reattachHostImage } from './attach-host-image.ts';
import { attachWithOptions } from './attach-with-options.ts';
import { chooseHostCommand } from './choose-host.ts';
import { chooseSystemd } from './choose-systemd.ts';
import { cleanUpOldVersions } from './clean-up-old-versions.ts';
import type { CommandContext } from './context.ts';
import { deployCommand } from './deploy.ts';
import { detach } from './detach.ts';
import { detachHostImage } from './detach-host-image.ts';
import { inspect } from './inspect.ts';
import { inspectHostImage } from './inspect-host-image.ts';
import { limitAllImages, limitImage } from './limit-images.ts';
import { makePersistent } from './make-persistent.ts';
import { makeWritable, markReadOnly } from './mark-read-only.ts';
import { reconnectHost } from './reconnect-host.ts';
import { redeployOnSave } from './redeploy-on-save.ts';
import { refresh } from './refresh.ts';
import { removeHost } from './remove-host.ts';
import { removeHostImage } from './remove-host-image.ts';
import { rollBack } from './roll-back.ts';
import { setUpRights } from './set-up-rights.ts';
import { showLogs } from './show-logs.ts';
import { showOutput } from './show-output.ts';

type Command = (context: CommandContext, argument: unknown) => unknown;

/** Commands that look only: they work in an untrusted workspace. */
const lookingCommands: Readonly<Record<string, Command>> = { inspect, refresh, showOutput, chooseSystemd };

/** Commands that reach a host. */
const hostCommands: Readonly<Record<string, Command>> = {
  deploy: deployCommand,
  attachAndStart,
  attachWithOptions,
  attachHostImage,
  attachByPath,
  reattachHostImage,
  detachHostImage,
  makePersistent,
  inspectHostImage,
  markReadOnly,
  makeWritable,
  limitImage,
  limitAllImages,
  removeHostImage,
  redeployOnSave,
  rollBack,
  cleanUpOldVersions,
  detach,
  showLogs,
  chooseHost: chooseHostCommand,
  addSshHost,
  removeHost,
  reconnectHost,
  setUpRights,
};

/** Registers the commands that need no trust. */
export function registerLookingCommands(context: CommandContext): vscode.Disposable {
  return register(context, lookingCommands);
}

/** Registers the commands that reach a host; called once the workspace is trusted. */
export function registerHostCommands(context: CommandContext): vscode.Disposable {
  return register(context, hostCommands);
}

function register(context: CommandContext, commands: Readonly<Record<string, Command>>): vscode.Disposable {
  const registered = Object.entries(commands).map(([name, command]) =>
    vscode.commands.registerCommand(`portableServices.${name}`, async (argument: unknown) => {
      try {
        await command(context, argument);
      } catch (error) {
        void tellFailure(context.output, asFailure(error, l10n.t('The command {0} failed', name)), {});
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
