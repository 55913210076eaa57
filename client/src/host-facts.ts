/** Tells the server what is known of the active host: read while something is in view that needs it, and again when that host's systemd read its files anew. */
import * as vscode from 'vscode';
import type { HostFacts } from '../../server/src/protocol-host.ts';
import { serialize } from './common/coalesce.ts';
import { createEvent, type Event } from './common/event.ts';
import type { HostRegistry } from './common/host-registry.ts';
import { whileWatched } from './common/watching.ts';
import { effectiveScheme } from './effective/addresses.ts';
import type { Host } from './hosts/contract.ts';
import type { LanguageServer } from './language-client.ts';

export interface HostFactsModel extends vscode.Disposable {
  /** Fires when the server was told something else. */
  readonly onDidChange: Event<void>;
  /** Fires when the server was told of another architecture or scope, or of none. */
  readonly onDidChangeKind: Event<void>;
  /** Keeps the facts up to date until disposed, for what is no document. */
  watch(): { dispose(): void };
  /** Resolves once the server knows what the active host tells now, if that is connected. Never rejects. */
  refresh(): Promise<void>;
}

const languages: ReadonlySet<string> = new Set(['systemd-unit', 'os-release', 'extension-release']);

/** Whether a document is judged or made by what is known of the host. */
const needsHost = ({ languageId, uri }: vscode.TextDocument): boolean => languages.has(languageId) || uri.scheme === effectiveScheme;

/** Follows them. Nothing is asked of a host that is not connected; one that went away is told of as it was last seen. */
export function createHostFacts(server: Pick<LanguageServer, 'host'>, registry: HostRegistry): HostFactsModel {
  const changed = createEvent();
  const changedKind = createEvent();
  let told: { readonly of: string; readonly facts: string } | undefined;
  let kind: string | undefined;

  function tell(of: string, facts: HostFacts | undefined): void {
    const text = JSON.stringify(facts);
    if (told?.of === of && told.facts === text) return;
    told = { of, facts: text };
    server.host({ ...(facts && { host: facts }) });
    changed.fire();
    const now = facts && `${facts.architecture} ${facts.scope}`;
    if (now === kind) return;
    kind = now;
    changedKind.fire();
  }

  const refresh = serialize(async () => {
    const host = registry.active();
    if (told?.of !== (host?.id ?? '')) tell(host?.id ?? '', undefined);
    if (host?.status.state !== 'connected') return;
    const facts = await host.facts().catch(() => undefined);
    if (facts && registry.active() === host) tell(host.id, facts);
  });

  const watching = whileWatched(() => {
    let of: Host | undefined;
    let listener: vscode.Disposable | undefined;
    const follow = (): void => {
      const host = registry.active();
      if (host === of) return;
      of = host;
      listener?.dispose();
      listener = host?.onDidChangeFiles(() => void refresh());
      void refresh();
    };
    const registered = registry.onDidChange(follow);
    follow();
    if (!registry.active()) void refresh();
    return () => {
      registered.dispose();
      listener?.dispose();
    };
  });

  let documents: { dispose(): void } | undefined;
  const look = (): void => {
    const needed = vscode.window.visibleTextEditors.some(({ document }) => needsHost(document));
    if (needed) documents ??= watching.watch();
    else {
      documents?.dispose();
      documents = undefined;
    }
  };
  look();
  const parts = vscode.Disposable.from(
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.workspace.onDidOpenTextDocument(look), // a document may get its language later
    { dispose: () => documents?.dispose() },
  );
  return {
    onDidChange: changed.event,
    onDidChangeKind: changedKind.event,
    watch: watching.watch,
    refresh,
    dispose: () => parts.dispose(),
  };
}
