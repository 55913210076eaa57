/** The transport to a container of this machine, entered through the pid of its PID 1. Needs root here. */

import type { Duplex } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { HostFailure } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import { type Connect, connectSocket } from './local.ts';
import { createProcessGroup, failedProcess, type Spawn } from './process.ts';
import type { Transport } from './transport.ts';

export interface ContainerDeps {
  readonly spawn: Spawn;
  readonly connect: Connect;
  /** Reads a small text file at once. */
  readonly readText: (path: string) => string;
}

/** Reaches the container whose PID 1 is named in the first line of `pidFile`, read anew for each use since a reboot changes it. */
export function containerTransport(name: string, pidFile: string, { spawn, connect, readText }: ContainerDeps): Transport {
  const processes = createProcessGroup(spawn);
  const sockets = new Set<Duplex>();

  function leader(): number {
    let text: string;
    try {
      text = readText(pidFile);
    } catch (error) {
      throw notRunning(l10n.t('its pid file {0} cannot be read', pidFile), error);
    }
    const line = text.split('\n', 1)[0]?.trim() ?? '';
    const pid = /^[1-9]\d{0,9}$/.test(line) ? Number(line) : 0;
    if (pid < 2) throw notRunning(l10n.t('its pid file {0} names no process', pidFile));
    return pid;
  }

  function notRunning(why: string, cause?: unknown): HostFailure {
    const detail = cause instanceof Error ? cause.message : undefined;
    return hostFailure('unreachable', l10n.t('{0} is not running: {1}.', name, why), l10n.t('Start it, then try again.'), detail, cause);
  }

  /** The container's programs get its own search path, not ours. */
  const entering = (pid: number, argv: readonly string[]): string[] => {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    return ['-t', String(pid), '-a', '--', '/usr/bin/env', '-i', path, 'LANG=C.UTF-8', 'TERM=xterm-256color', ...argv];
  };

  return {
    sharesFiles: false,
    openBus: async signal => {
      const path = `/proc/${leader()}/root/run/dbus/system_bus_socket`;
      const socket = await connectSocket(connect, path, signal).catch((error: Error) => {
        throw hostFailure(
          'unreachable',
          l10n.t('{0} cannot be reached: no system bus.', name),
          l10n.t('Check that it has started and that you are root here.'),
          error.message,
          error,
        );
      });
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
    run: argv => {
      let pid: number;
      try {
        pid = leader();
      } catch (error) {
        return failedProcess(error instanceof Error ? error.message : String(error));
      }
      return processes.start('nsenter', entering(pid, argv));
    },
    terminal: argv => ({ program: 'nsenter', args: entering(leader(), argv) }),
    dispose: async () => {
      for (const socket of sockets) socket.destroy();
      await processes.dispose();
    },
  };
}
