/** The table of commands, and what is done with a fault in any of them. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { tellFailure } from '../common/act.ts';
import { asFailure } from '../common/failure.ts';
import { hostFailure } from '../hosts/errors.ts';
import { addSshHost } from './add-ssh-host.ts';
import { attachAndStart } from './attach-and-start.ts';
import { chooseHostCommand } from './choose-host.ts';
import { compareImages } from './compare-images.ts';
import { type CommandContext, nodeKind, nodeOf } from './context.ts';
import { deployCommand } from './deploy.ts';
import { detach } from './detach.ts';
import { disableUnit } from './disable-unit.ts';
import { compareProfiles, explainExposure, newProfile, showEffectiveUnit } from './effective-units.ts';
import { enableUnit } from './enable-unit.ts';
import { findTextInImage, goToFileInImage } from './find-in-image.ts';
import { inspect } from './inspect.ts';
import { openImageAsFolder } from './open-image-as-folder.ts';
import { copyPathInImage, openImageFile } from './open-image-file.ts';
import { openShell } from './open-shell.ts';
import { reconnectHost } from './reconnect-host.ts';
import { redeployOnSave } from './redeploy-on-save.ts';
import { refresh } from './refresh.ts';
import { reloadUnit } from './reload-unit.ts';
import { resetFailedUnit } from './reset-failed-unit.ts';
import { restartUnit } from './restart-unit.ts';
import { saveImageFile } from './save-image-file.ts';
import { showLogs, showLogsWithOptions } from './show-logs.ts';
import { showOutput } from './show-output.ts';
import { startUnit } from './start-unit.ts';
import { stopUnit } from './stop-unit.ts';
import { whyFailed } from './why-failed.ts';

/** What it was called on: the row that was clicked, and all that are selected if that is one of them. */
type Command = (context: CommandContext, argument: unknown, selection: readonly unknown[]) => unknown;

/** Commands on one image that are carried out for every selected one, one after the other. */
const forEach = (command: Command): Command => {
  return async (context, argument, selection) => {
    const kind = nodeKind(argument);
    const rows = selection.filter(row => nodeKind(row) === kind);
    for (const row of rows.length > 1 ? rows : [argument]) await command(context, row, []);
  };
};

/** A command that is loaded when it is chosen. */
const later = (name: keyof typeof import('./on-demand.ts')): Command => {
  return async (context, argument) => (await import('./on-demand.ts'))[name](context, argument);
};

/** Commands that look only: they work in an untrusted workspace. */
const lookingCommands: Readonly<Record<string, Command>> = {
  inspect,
  refresh,
  showOutput,
  chooseSystemd: later('chooseSystemd'),
  openImageFile,
  openImageAsFolder,
  goToFileInImage,
  findTextInImage,
  compareImages,
  saveImageFile,
  copyPathInImage,
  showEffectiveUnit,
  compareProfiles,
  newProfile,
  explainExposure,
};

/** Commands that reach a host. */
const hostCommands: Readonly<Record<string, Command>> = {
  deploy: forEach(deployCommand),
  attachAndStart: forEach(attachAndStart),
  attachWithOptions: later('attachWithOptions'),
  previewAttach: later('previewAttach'),
  previewDetach: later('previewDetach'),
  attachHostImage: forEach(later('attachHostImage')),
  attachByPath: later('attachByPath'),
  reattachHostImage: later('reattachHostImage'),
  detachHostImage: forEach(later('detachHostImage')),
  makePersistent: forEach(later('makePersistent')),
  inspectHostImage: later('inspectHostImage'),
  markReadOnly: forEach(later('markReadOnly')),
  makeWritable: forEach(later('makeWritable')),
  limitImage: later('limitImage'),
  limitAllImages: later('limitAllImages'),
  removeHostImage: forEach(later('removeHostImage')),
  redeployOnSave,
  rollBack: later('rollBack'),
  cleanUpOldVersions: later('cleanUpOldVersions'),
  detach: forEach(detach),
  showLogs,
  showLogsWithOptions,
  startUnit,
  stopUnit,
  restartUnit,
  reloadUnit,
  enableUnit,
  disableUnit,
  resetFailedUnit,
  whyFailed,
  openShell,
  chooseHost: chooseHostCommand,
  addSshHost,
  removeHost: later('removeHost'),
  reconnectHost,
  setUpRights: later('setUpRights'),
};

/** Commands in the titles of views: VS Code hands over the row that has the focus there, if one has. */
const inTitles: ReadonlySet<string> = new Set(['refresh', 'addSshHost']);

const rowGone = () =>
  hostFailure('refused', l10n.t('Nothing was done: that row changed while you chose.'), l10n.t('Look at it again, and choose again.'));

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
    vscode.commands.registerCommand(`portableServices.${name}`, async (...given: readonly unknown[]) => {
      const [argument, selection] = given;
      try {
        // VS Code hands over nothing for a row that went while its menu was open: then it must not be another image or host that is acted on
        if (given.length > 0 && argument === undefined && !inTitles.has(name)) throw rowGone();
        await command(context, nodeOf(argument), Array.isArray(selection) ? selection.map(nodeOf) : []);
      } catch (error) {
        void tellFailure(context.output, asFailure(error, l10n.t('The command {0} failed', name)), {});
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
