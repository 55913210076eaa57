/** The settings `portableServices.*`, read where they are used. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { plainProfileName } from '../../../server/src/protocol-profiles.ts';
import { type CopySettings, usualCopySettings } from '../hosts/deploy/brought-images.ts';

const section = 'portableServices';

/** The raw value of `hosts`: anything can stand there. */
export function hostsSetting(): unknown {
  return vscode.workspace.getConfiguration(section).get('hosts');
}

/** The entries of `hosts` as they stand there, each of which can be anything; none where it is no list. */
export function hostEntries(): readonly unknown[] {
  const value = hostsSetting();
  return Array.isArray(value) ? value : [];
}

/** Writes `hosts` where it belongs: it is of machine scope, so VS Code keeps it with the machine that this extension runs on. */
export async function saveHosts(entries: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration(section).update('hosts', entries, vscode.ConfigurationTarget.Global);
}

/** Id or name of the host that is active at first, or empty. */
export function defaultHost(): string {
  const value = vscode.workspace.getConfiguration(section).get('defaultHost');
  return typeof value === 'string' ? value : '';
}

/** The ssh configuration in use: as set, else the user's own. `set` is the path to hand to ssh; empty: its own. */
export function sshConfigFile(): { readonly path: string; readonly set: string } {
  const value = vscode.workspace.getConfiguration(section).get('sshConfigFile');
  const set = typeof value === 'string' && isAbsolute(value) ? value : '';
  return { path: set || join(homedir(), '.ssh', 'config'), set };
}

/** The ssh program to run, as an absolute path; empty: the one in PATH. */
export function sshProgram(): string {
  const value = vscode.workspace.getConfiguration(section).get('sshProgram');
  return typeof value === 'string' && isAbsolute(value) ? value : '';
}

/** The profile that an image is attached with. `default` where the setting holds no plain name. */
export function profileFor(imagePath: string): string {
  const value = vscode.workspace.getConfiguration(section, vscode.Uri.file(imagePath)).get('profile');
  return typeof value === 'string' && plainProfileName.test(value) ? value : 'default';
}

/** How images are copied to hosts: the rsync of this machine, and how many old versions stay there. Of machine scope, but for the number. */
export function copySettings(): CopySettings {
  const program: unknown = vscode.workspace.getConfiguration(section).get('rsyncProgram');
  const options: unknown = vscode.workspace.getConfiguration(section).get('rsyncOptions');
  const keep: unknown = vscode.workspace.getConfiguration(section).get('keepVersions');
  return {
    rsync: {
      program: typeof program === 'string' ? program : usualCopySettings.rsync.program,
      options: Array.isArray(options) ? options.filter(option => typeof option === 'string') : [],
    },
    keepVersions: typeof keep === 'number' && Number.isInteger(keep) && keep >= 0 ? keep : usualCopySettings.keepVersions,
  };
}

/** The versions of systemd that can judge, newest first. */
export const systemdVersions: readonly number[] = Array.from({ length: 262 - 247 + 1 }, (_, n) => 262 - n);

/** The version of systemd that judges while no host says which. */
export function systemdVersion(): number {
  const value = vscode.workspace.getConfiguration(section).get('systemdVersion');
  return systemdVersions.find(version => version === value) ?? 262;
}

/** Writes `systemdVersion`: for the workspace where there is one, else for the user. */
export async function saveSystemdVersion(version: number): Promise<void> {
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const where = vscode.workspace.workspaceFolders ? Workspace : Global;
  await vscode.workspace.getConfiguration(section).update('systemdVersion', version, where);
}

/** The folders where images are looked for: those of the workspace that lie on a disk, then the configured ones; each once. */
export function imageFolders(): readonly string[] {
  const workspace = (vscode.workspace.workspaceFolders ?? [])
    .filter(folder => folder.uri.scheme === 'file')
    .map(folder => folder.uri.fsPath);
  const value: unknown = vscode.workspace.getConfiguration(section).get('imageFolders');
  const configured = Array.isArray(value) ? value.filter(path => typeof path === 'string' && isAbsolute(path)) : [];
  return [...new Set([...workspace, ...configured])];
}

/** Calls back when one of the named settings changed. */
export function onSettings(names: readonly string[], call: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (names.some(name => event.affectsConfiguration(`${section}.${name}`))) call();
  });
}
