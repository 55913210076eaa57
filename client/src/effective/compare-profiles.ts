/** Compare Profiles: two profiles side by side, or what they make of the unit in front. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { systemdVersion } from '../common/settings.ts';
import { withoutIcons } from '../common/sinks.ts';
import type { LanguageServer } from '../language-client.ts';
import type { ProfilesModel } from './profiles.ts';
import { effectiveUri, profileUri } from './uris.ts';

/** What it takes to know the profiles. */
export interface ProfileSources {
  readonly profiles: ProfilesModel;
  readonly language: Pick<LanguageServer, 'judge'>;
}

const shipped = ['default', 'nonetwork', 'strict', 'trusted'];

/** Names of profiles that are known, and where the file of each is opened. */
export function knownProfiles({ profiles, language }: ProfileSources): ReadonlyMap<string, vscode.Uri> {
  const front = vscode.window.activeTextEditor?.document.uri.toString();
  const systemd = (front === undefined ? undefined : language.judge(front)?.systemd) ?? systemdVersion();
  const known = new Map(shipped.map(name => [name, profileUri(name, systemd)]));
  for (const { name, uri } of profiles.all()) known.set(name, uri === undefined ? profileUri(name, systemd) : vscode.Uri.parse(uri));
  return known;
}

/** Lets the user choose a profile. */
export async function chooseProfile(context: ProfileSources, title: string, without?: string): Promise<string | undefined> {
  const hosts = new Map(context.profiles.all().map(({ name, host }) => [name, host]));
  const items = [...knownProfiles(context).keys()]
    .filter(name => name !== without)
    .map(name => {
      const host = hosts.get(name);
      const place = host !== undefined ? l10n.t('of {0}', host) : hosts.has(name) ? l10n.t('of this workspace') : l10n.t('of systemd');
      return { label: withoutIcons(name), description: withoutIcons(place), name };
    });
  return (await vscode.window.showQuickPick(items, { title }))?.name;
}

/** Shows a diff; `argument` names one of the profiles and `file` the address of the other where they are known. */
export async function compareProfiles(context: ProfileSources, argument: unknown, [file]: readonly unknown[]): Promise<void> {
  const known = knownProfiles(context);
  const base = typeof argument === 'string' ? argument : await chooseProfile(context, l10n.t('Compare which profile?'));
  const left = base === undefined ? undefined : known.get(base);
  if (base === undefined || !left) return;
  if (typeof file === 'string') {
    const uri = vscode.Uri.parse(file);
    await diff(left, uri, `${base} ↔ ${uri.path.split('/').at(-2)}`);
    return;
  }
  const other = await chooseProfile(context, l10n.t('Compare {0} with which profile?', base), base);
  const right = other === undefined ? undefined : known.get(other);
  if (other === undefined || !right) return;
  const front = vscode.window.activeTextEditor?.document;
  const service = front?.languageId === 'systemd-unit' && front.uri.path.endsWith('.service') ? front.uri : undefined;
  if (service)
    await diff(effectiveUri(service, base), effectiveUri(service, other), `${service.path.split('/').at(-1)}: ${base} ↔ ${other}`);
  else await diff(left, right, `${base} ↔ ${other}`);
}

async function diff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title);
}
