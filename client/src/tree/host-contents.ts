/** What lies on each host, as last seen. Only hosts that are watched are asked; only those that cost nothing to reach are connected to. */

import { createEvent, type Event } from '../common/event.ts';
import { asFailure } from '../common/failure.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { whileWatched } from '../common/watching.ts';
import type { Host } from '../hosts/contract.ts';
import type { HostContents } from './host-items.ts';

/** The contents of the hosts. */
export interface HostContentsModel {
  readonly onDidChange: Event<void>;
  of(host: Host | undefined): HostContents;
  /** Asks one host, connecting to it. Never rejects: `of` and the host's status tell. */
  refresh(host: Host): Promise<void>;
  /** Keeps them up to date until disposed. */
  watch(): { dispose(): void };
}

/** Creates the model over the registry. */
export function createHostContents(registry: HostRegistry): HostContentsModel {
  const changed = createEvent();
  // by host, not by id: what a host that went answers late says nothing of the one that took its place
  const contents = new WeakMap<Host, HostContents>();
  const asking = new WeakMap<Host, { again: boolean }>();
  const listeners = new Map<Host, { dispose(): void }>();

  async function refresh(host: Host): Promise<void> {
    const under = asking.get(host);
    if (under) {
      under.again = true;
      return;
    }
    const own = { again: false };
    asking.set(host, own);
    try {
      if (host.status.state !== 'connected') await host.connect();
      const portabled = host.status.state !== 'connected' || host.status.portabled;
      contents.set(host, { kind: 'known', images: portabled ? await host.images() : [] });
    } catch (error) {
      contents.set(host, { kind: 'failed', failure: asFailure(error, host.name) });
    } finally {
      asking.delete(host);
    }
    changed.fire();
    if (own.again && host.status.state === 'connected') await refresh(host);
  }

  /** Hosts on this machine and the active one are looked at unasked; another ssh host waits for the user. */
  const looksItself = (host: Host) => host.status.state === 'idle' && (host.definition.kind !== 'ssh' || host === registry.active());

  function follow(): void {
    const hosts = registry.hosts();
    for (const [host, listener] of listeners) {
      if (hosts.includes(host)) continue;
      listener.dispose();
      listeners.delete(host);
    }
    for (const host of hosts) {
      if (!listeners.has(host)) {
        listeners.set(
          host,
          host.onDidChange(() => {
            if (host.status.state === 'connected') void refresh(host);
            changed.fire();
          }),
        );
      }
      if (looksItself(host) || (host.status.state === 'connected' && !contents.has(host))) void refresh(host);
    }
    changed.fire();
  }

  const watching = whileWatched(() => {
    const listening = registry.onDidChange(follow);
    follow();
    for (const host of registry.hosts()) if (host.status.state === 'connected') void refresh(host);
    return () => {
      listening.dispose();
      for (const listener of listeners.values()) listener.dispose();
      listeners.clear();
    };
  });

  return {
    onDidChange: changed.event,
    of: host => (host && contents.get(host)) || { kind: 'unknown' },
    refresh,
    watch: watching.watch,
  };
}
