/** Which hosts there are and which one is active. Knows no VS Code: settings and memory are handed in. */
import type { Host, HostDefinition } from '../hosts/contract.ts';
import { createEvent, type Event } from './event.ts';
import { definitionId } from './host-settings.ts';

/** The hosts, in the order in which they are shown. */
export interface HostRegistry {
  /** Fires when a host came or went, or another one became active. */
  readonly onDidChange: Event<void>;
  hosts(): readonly Host[];
  active(): Host | undefined;
  find(id: string): Host | undefined;
  /** Makes a host active, or none, and remembers it for this workspace. */
  setActive(id: string | undefined): Promise<void>;
  /** Reads the definitions anew: hosts that are still there keep their connection, but for those that are to be made `anew`. */
  reload(anew?: (host: Host) => boolean): void;
  dispose(): Promise<void>;
}

/** What the registry needs from outside. */
export interface RegistryParts {
  /** The hosts that are configured now, ids unique. */
  definitions(): readonly HostDefinition[];
  create(definition: HostDefinition): Host;
  /** The active host's id as remembered; `''` = the user chose none; undefined = never chosen. */
  remembered(): string | undefined;
  remember(id: string): Promise<void>;
  /** Id or name of the host that is active where none was chosen; may be empty. */
  defaultHost(): string;
  /** Told when closing a host that went fails. */
  failed(error: unknown): void;
}

/** Creates the registry; `reload` fills it. */
export function createHostRegistry(parts: RegistryParts): HostRegistry {
  const changed = createEvent();
  let hosts: readonly Host[] = [];
  let active: Host | undefined;

  function choose(): Host | undefined {
    const remembered = parts.remembered();
    if (remembered === '') return undefined;
    const known = hosts.find(host => host.id === remembered);
    if (known) return known;
    const wanted = parts.defaultHost();
    return wanted ? hosts.find(host => host.id === wanted || host.name === wanted) : undefined;
  }

  return {
    onDidChange: changed.event,
    hosts: () => hosts,
    active: () => active,
    find: id => hosts.find(host => host.id === id),
    setActive: async id => {
      await parts.remember(id ?? '');
      active = hosts.find(host => host.id === id);
      changed.fire();
    },
    reload: (anew = () => false) => {
      const before = hosts;
      hosts = parts.definitions().map(definition => {
        const id = definitionId(definition);
        return (
          before.find(host => host.id === id && sameDefinition(host.definition, definition) && !anew(host)) ?? parts.create(definition)
        );
      });
      for (const host of before) if (!hosts.includes(host)) host.dispose().catch(parts.failed);
      const previous = active;
      active = choose();
      if (active !== previous || hosts.length !== before.length || hosts.some((host, i) => host !== before[i])) changed.fire();
    },
    dispose: async () => {
      const closing = hosts;
      hosts = [];
      active = undefined;
      await Promise.allSettled(closing.map(host => host.dispose()));
    },
  };
}

function sameDefinition(a: HostDefinition, b: HostDefinition): boolean {
  const text = (definition: HostDefinition) => JSON.stringify(Object.entries(definition).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}
