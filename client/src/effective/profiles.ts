/** The profiles that there are: those of the workspace, and those of the active host while it is connected. The server is told of them. */
import * as vscode from 'vscode';
import type { ProfileFile } from '../../../server/src/protocol-profiles.ts';
import { debounce, serialize } from '../common/coalesce.ts';
import type { Event } from '../common/event.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { onSettings, profileFor } from '../common/settings.ts';
import { systemClock } from '../hosts/clock.ts';
import type { LanguageServer } from '../language-client.ts';

/** A profile, and where it comes from. */
export interface KnownProfile extends ProfileFile {
  /** The name of the host that it lies on; absent for those of the workspace. */
  readonly host?: string;
}

export interface ProfilesModel extends vscode.Disposable {
  /** All but those that systemd brings as they are. */
  all(): readonly KnownProfile[];
  /** The name of the one that images of the workspace are attached with. */
  chosen(): string;
}

const pattern = '**/portable/profile/*/service.conf';
const mostProfiles = 50;

/** What happens on a host comes in bursts: its profiles are read when it has been quiet for this long, in ms. */
const quiet = 500;

/** Follows them; `seen` fires when a host may have been connected, or something on it may be another. Nothing is asked of a host that is not connected. */
export function createProfiles(language: LanguageServer, registry: HostRegistry, seen: Event<void>): ProfilesModel {
  let workspace: readonly KnownProfile[] = [];
  let onHost: { readonly of: string; readonly profiles: readonly KnownProfile[] } | undefined;
  let told = '';
  const chosen = (): string => profileFor(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '/');
  const all = (): readonly KnownProfile[] => {
    const names = new Set(workspace.map(({ name }) => name));
    return [...workspace, ...(onHost?.profiles ?? []).filter(({ name }) => !names.has(name))];
  };
  const tell = (): void => {
    const params = { chosen: chosen(), profiles: all().map(({ host: _, ...file }) => file) };
    const text = JSON.stringify(params);
    if (text === told) return; // the server judges everything anew
    told = text;
    language.profiles(params);
  };

  const lookHere = serialize(async () => {
    const files = await vscode.workspace.findFiles(pattern, '**/node_modules/**', mostProfiles);
    const read = files.map(async uri => {
      const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
      const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return { name: uri.path.split('/').at(-2) ?? '', text, uri: uri.toString() };
    });
    workspace = (await Promise.allSettled(read)).flatMap(done => (done.status === 'fulfilled' ? [done.value] : []));
    tell();
  });
  const lookThere = serialize(async () => {
    const host = registry.active();
    if (onHost?.of !== host?.id) {
      onHost = undefined;
      tell();
    }
    if (host?.status.state !== 'connected') return;
    const found = await host.onHost.profileFiles().catch(() => undefined); // what is known of it stays
    if (!found || registry.active() !== host) return;
    onHost = { of: host.id, profiles: found.map(({ name, text, path }) => ({ name, text, path, host: host.name })) };
    tell();
  });
  const later = debounce(systemClock, quiet, () => void lookThere());

  /** Of a folder that goes, or comes by another name, VS Code tells nothing of what is in it. */
  const lookBelow = (uri: vscode.Uri): void => {
    const holds = workspace.some(profile => profile.uri?.startsWith(`${uri.toString()}/`));
    if (holds || /\/portable(\/profile(\/[^/]+)?)?$/.test(uri.path)) void lookHere();
  };

  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const folders = vscode.workspace.createFileSystemWatcher('**', false, true);
  tell();
  void lookHere();
  void lookThere();
  const parts = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(lookHere),
    watcher.onDidCreate(lookHere),
    watcher.onDidDelete(lookHere),
    folders,
    folders.onDidCreate(lookBelow),
    folders.onDidDelete(lookBelow),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void lookHere()), // of what is in them no watcher tells
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (/\/portable\/profile\/[^/]+\/service\.conf$/.test(document.uri.path)) void lookHere();
    }),
    { dispose: () => later.cancel() },
    registry.onDidChange(() => void lookThere()),
    seen(later.request),
    onSettings(['profile'], tell),
  );
  return { all, chosen, dispose: () => parts.dispose() };
}
