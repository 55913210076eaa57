/** The profiles that there are: those of the workspace, and those of the active host while it is connected. The server is told of them. */
import * as vscode from 'vscode';
import type { ProfileFile } from '../../../server/src/protocol-profiles.ts';
import { serialize } from '../common/coalesce.ts';
import type { Event } from '../common/event.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { onSettings, profileFor } from '../common/settings.ts';
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

/** Follows them; `seen` fires when a host may have been connected. Nothing is asked of a host that is not. */
export function createProfiles(language: LanguageServer, registry: HostRegistry, seen: Event<void>): ProfilesModel {
  let workspace: readonly KnownProfile[] = [];
  let onHost: { readonly of: string; readonly profiles: readonly KnownProfile[] } | undefined;
  const chosen = (): string => profileFor(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '/');
  const all = (): readonly KnownProfile[] => {
    const names = new Set(workspace.map(({ name }) => name));
    return [...workspace, ...(onHost?.profiles ?? []).filter(({ name }) => !names.has(name))];
  };
  const tell = (): void => language.profiles({ chosen: chosen(), profiles: all().map(({ host: _, ...file }) => file) });

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
    if (host?.status.state !== 'connected') return;
    if (onHost?.of === host.id) return;
    onHost = { of: host.id, profiles: [] };
    const found = await host.onHost.profileFiles().catch(() => []);
    onHost = { of: host.id, profiles: found.map(({ name, text, path }) => ({ name, text, path, host: host.name })) };
    tell();
  });

  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  tell();
  void lookHere();
  void lookThere();
  const parts = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(lookHere),
    watcher.onDidCreate(lookHere),
    watcher.onDidDelete(lookHere),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (/\/portable\/profile\/[^/]+\/service\.conf$/.test(document.uri.path)) void lookHere();
    }),
    registry.onDidChange(() => void lookThere()),
    seen(() => void lookThere()),
    onSettings(['profile'], tell),
  );
  return { all, chosen, dispose: () => parts.dispose() };
}
