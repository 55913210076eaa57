/** A host that answers from memory, for tests of what stands above hosts. */
import { createEvent } from '../../../client/src/common/event.ts';
import { definitionId } from '../../../client/src/common/host-settings.ts';
import type { Host, HostDefinition, HostFailure, HostImage, HostStatus, ImageState } from '../../../client/src/hosts/contract.ts';
import { hostFailure } from '../../../client/src/hosts/errors.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import type { ImageFacts } from '../../../server/src/protocol.ts';

/** What a fake host can be told, and what it counted. */
export interface FakeHost extends Host {
  readonly calls: string[];
  /** Number of listeners of `onDidChange`. */
  listeners(): number;
  /** Sets the status and tells it. */
  become(status: HostStatus): void;
  /** What `imageState` answers, by image path; detached otherwise. */
  readonly states: Map<string, ImageState>;
  readonly contents: HostImage[];
  /** Makes `connect` fail with this. */
  refuses: HostFailure | undefined;
}

export const connected: HostStatus = { state: 'connected', systemd: { major: 257, full: '257.13-1~deb13u1' }, portabled: true };

/** The failure of a host that does not answer. */
export const timedOut = hostFailure('timeout', 'pi cannot be reached: connection timed out.', 'Check that it is up.', 'ssh: timed out');

/** An image of one service and one socket. */
export function image(change: Partial<ImageFacts> = {}): ImageFacts {
  return {
    path: '/work/hello',
    name: 'hello',
    kind: 'directory',
    version: '1.0',
    prefix: 'hello',
    osRelease: { ID: 'hello', PRETTY_NAME: 'Hello' },
    units: [
      {
        name: 'hello.service',
        path: '/usr/lib/systemd/system/hello.service',
        file: '/work/hello/usr/lib/systemd/system/hello.service',
        attachable: true,
      },
      { name: 'hello.socket', path: '/usr/lib/systemd/system/hello.socket', attachable: true },
    ],
    ...change,
  };
}

/** Creates one; it is idle. */
export function fakeHost(definition: HostDefinition = { kind: 'container', name: 'build-vm', pidFile: '/run/pid' }): FakeHost {
  const changed = createEvent();
  const calls: string[] = [];
  const states = new Map<string, ImageState>();
  const contents: HostImage[] = [];
  let status: HostStatus = { state: 'idle' };
  let listeners = 0;
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const host: FakeHost = {
    id: definitionId(definition),
    name: definition.name,
    definition,
    calls,
    states,
    contents,
    refuses: undefined,
    get status() {
      return status;
    },
    transport: { openBus: unused, run: unused, sharesFiles: false, dispose: async () => {} },
    listeners: () => listeners,
    become: next => {
      status = next;
      changed.fire();
    },
    onDidChange: listener => {
      listeners++;
      const inner = changed.event(listener);
      return {
        dispose: () => {
          listeners--;
          inner.dispose();
        },
      };
    },
    onDidChangeFiles: changed.event,
    architecture: async () => '',
    places: async () => systemPlaces,
    setUpLine: async kind => kind,
    facts: async () => ({ name: definition.name, scope: 'system' }),
    connect: async () => {
      calls.push('connect');
      if (host.refuses) {
        host.become({ state: 'unreachable', error: host.refuses });
        throw host.refuses;
      }
      host.become(connected);
    },
    images: async () => {
      calls.push('images');
      return contents;
    },
    onHost: {
      profiles: async () => ['default', 'trusted'],
      profileFiles: async () => [],
      pool: unused,
      metadata: unused,
      affectedByDetach: unused,
      affectedByForce: unused,
      affectedByUnits: unused,
      attach: unused,
      reattach: unused,
      detach: unused,
      makePersistent: unused,
      remove: unused,
      markReadOnly: unused,
      setLimit: unused,
    },
    units: {
      act: unused,
      explain: async () => undefined,
      attachedSince: async () => undefined,
      shell: unused,
    },
    imageState: async ({ path }) => {
      calls.push(`imageState ${path}`);
      return states.get(path) ?? { attached: false };
    },
    attachAndStart: unused,
    deploy: unused,
    versions: async () => [],
    rollBack: unused,
    removeVersions: unused,
    detach: unused,
    lastChanges: () => undefined,
    attachedFiles: async () => [],
    logs: unused,
    dispose: async () => {
      calls.push('dispose');
    },
  };
  return host;
}
