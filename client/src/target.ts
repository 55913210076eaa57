/** Which systemd judges unit files: the active host's where it is known, else the setting's. */
import * as vscode from 'vscode';
import type { TargetParams } from '../../server/src/protocol.ts';
import type { Event } from './common/event.ts';
import type { HostRegistry } from './common/host-registry.ts';
import { onSettings, systemdVersion } from './common/settings.ts';
import type { LanguageServer } from './language-client.ts';

/** Tells the server which systemd judges, now and whenever that changes; `seen` fire when a host may have told its version. */
export function followTarget(server: LanguageServer, registry: HostRegistry, seen: readonly Event<void>[]): vscode.Disposable {
  /** A host that is unreachable now keeps the version that it last had: its units have not changed. */
  const versions = new Map<string, number>();

  function target(): TargetParams {
    const host = registry.active();
    if (host?.status.state === 'connected') versions.set(host.id, host.status.systemd.major);
    const systemd = host && versions.get(host.id);
    return host && systemd !== undefined ? { systemd, source: `host ${host.name}` } : { systemd: systemdVersion(), source: 'setting' };
  }

  const update = () => server.target(target());
  update();
  return vscode.Disposable.from(registry.onDidChange(update), ...seen.map(event => event(update)), onSettings(['systemdVersion'], update));
}
