/** The transport to this machine: its own bus socket, its own programs. */

import type { Duplex } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { HostDefinition } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import { createProcessGroup, type Spawn } from './process.ts';
import type { Transport } from './transport.ts';

/** Opens a stream socket; `net.connect`, or a stand-in of a test. */
export type Connect = (path: string) => Duplex;

export interface LocalDeps {
  readonly spawn: Spawn;
  readonly connect: Connect;
  readonly platform: NodeJS.Platform;
  /** `DBUS_SYSTEM_BUS_ADDRESS`, where the environment names another bus. */
  readonly busAddress?: string | undefined;
  /** `DBUS_SESSION_BUS_ADDRESS` and `XDG_RUNTIME_DIR`, which tell where the user's bus is. */
  readonly userBusAddress?: string | undefined;
  readonly runtimeDirectory?: string | undefined;
}

type LocalDefinition = Extract<HostDefinition, { kind: 'local' }>;

/** Reaches the machine that this runs on. */
export function localTransport(definition: LocalDefinition, { spawn, connect, platform, ...where }: LocalDeps): Transport {
  const { name, scope } = definition;
  const processes = createProcessGroup(spawn);
  const sockets = new Set<Duplex>();
  return {
    sharesFiles: true,
    openBus: async signal => {
      if (platform !== 'linux') {
        throw hostFailure('unreachable', l10n.t('{0} cannot be reached: no systemd.', name), l10n.t('Add an SSH host that has one.'));
      }
      const path = scope === 'user' ? userSocketPath(where) : socketPath(where.busAddress);
      const socket = await connectSocket(connect, path, signal).catch((error: Error) => {
        throw hostFailure(
          'unreachable',
          scope === 'user' ? l10n.t('{0} cannot be reached: no user bus.', name) : l10n.t('{0} cannot be reached: no system bus.', name),
          l10n.t('systemd and D-Bus must be running here; else add an SSH host.'),
          error.message,
          error,
        );
      });
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
    run: ([program, ...args]) => processes.start(program, args),
    terminal: ([program, ...args]) => ({ program, args }),
    dispose: async () => {
      for (const socket of sockets) socket.destroy();
      await processes.dispose();
    },
  };
}

/** The path of the first `unix:path=` of a bus address; the well-known socket where there is none. */
export function socketPath(address: string | undefined, otherwise = '/run/dbus/system_bus_socket'): string {
  const path = address
    ?.split(';')
    .map(part => /^unix:(?:.*,)?path=([^,]+)/.exec(part)?.[1])
    .find(found => found !== undefined);
  return path === undefined ? otherwise : decodeURIComponent(path.replace(/%(?![0-9a-fA-F]{2})/g, '%25'));
}

/** The socket of the bus of the user who runs this. */
function userSocketPath({ userBusAddress, runtimeDirectory }: Pick<LocalDeps, 'userBusAddress' | 'runtimeDirectory'>): string {
  return socketPath(userBusAddress, `${runtimeDirectory || `/run/user/${process.getuid?.() ?? 0}`}/bus`);
}

/** Connects to a socket; rejects when that fails or the signal comes first. */
export async function connectSocket(connect: Connect, path: string, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const socket = connect(path);
  socket.on('error', () => {}); // whoever uses it listens too; unused, it must not end us
  await new Promise<void>((resolve, reject) => {
    const aborted = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', aborted, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', aborted);
      socket.off('error', reject);
      resolve();
    });
  });
  return socket;
}
