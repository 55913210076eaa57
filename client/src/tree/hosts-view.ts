/** The Hosts view: the hosts, what lies on them, and which one is active. */
import * as vscode from 'vscode';
import { debounce } from '../common/coalesce.ts';
import type { ConfiguredHosts } from '../common/configured-hosts.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { systemClock } from '../hosts/clock.ts';
import type { Host } from '../hosts/contract.ts';
import { dropOnHosts } from './dragging.ts';
import type { HostContentsModel } from './host-contents.ts';
import {
  childrenOfFaults,
  childrenOfHost,
  childrenOfHostImage,
  failedBadge,
  type HostNode,
  hostItem,
  topmostOfHosts,
} from './host-items.ts';
import { createTreeView } from './tree-view.ts';
import { hasFailed } from './unit-items.ts';

/** While the view is hidden, its badge follows when nothing changed for this long, in ms. */
const calm = 2000;

/** What the view works with. */
interface HostsViewParts {
  readonly registry: HostRegistry;
  readonly contents: HostContentsModel;
  readonly configured: Pick<ConfiguredHosts, 'faults' | 'onDidChangeFaults'>;
  /** Deploys images of this machine, by their paths. */
  readonly deploy: (host: Host, paths: readonly string[]) => unknown;
}

/**
 * Creates the view. Unfolding a host connects to it. While the view is hidden, it asks for nothing by itself: only where the active host says that
 * units changed, the badge, which is seen then, too, is brought up to date.
 */
export function createHostsView({ registry, contents, configured, deploy }: HostsViewParts): { dispose(): void } {
  const tree = createTreeView<HostNode>('portableServices.hosts', {
    dragAndDrop: dropOnHosts(deploy),
    item: node => {
      const host = 'host' in node ? node.host : undefined;
      return hostItem(node, host !== undefined && host === registry.active(), contents.of(host));
    },
    failed: node => (node.kind === 'host-unit' && hasFailed(node.unit) ? node : undefined),
    children: node => {
      if (!node) return topmostOfHosts(registry.hosts(), configured.faults());
      if (node.kind === 'faults') return childrenOfFaults(node.faults);
      if (node.kind === 'host-image') return childrenOfHostImage(node);
      if (node.kind !== 'host') return [];
      return node.host.status.state === 'idle' ? undefined : childrenOfHost(node.host, contents.of(node.host));
    },
    ask: async node => {
      if (node?.kind !== 'host') return [];
      await contents.refresh(node.host);
      return childrenOfHost(node.host, contents.of(node.host));
    },
    whileVisible: (_view, draw) => {
      const update = () => draw();
      update();
      return [contents.watch(), ...[contents.onDidChange, registry.onDidChange, configured.onDidChangeFaults].map(event => event(update))];
    },
  });
  const { view } = tree;

  const count = (): void => {
    const active = registry.active();
    view.badge = failedBadge(active, contents.of(active));
  };
  const badge = [contents.onDidChange(count), registry.onDidChange(count)];
  const later = debounce(systemClock, calm, () => {
    const host = registry.active();
    if (!view.visible && host?.status.state === 'connected') void contents.refresh(host);
  });
  const activeHost = followActive(registry, () => {
    count(); // it may have gone
    later.request();
  });

  return {
    dispose: () => {
      for (const listener of badge) listener.dispose();
      activeHost.dispose();
      later.cancel();
      tree.dispose();
    },
  };
}

/** Hears from the active host once it was connected to, whichever it is. */
function followActive(registry: HostRegistry, heard: () => void): vscode.Disposable {
  let host: Host | undefined;
  let listener: { dispose(): void } | undefined;
  const follow = () => {
    if (registry.active() === host) return;
    listener?.dispose();
    host = registry.active();
    listener = host?.onDidChange(heard);
  };
  const registration = registry.onDidChange(follow);
  follow();
  return new vscode.Disposable(() => {
    registration.dispose();
    listener?.dispose();
  });
}
