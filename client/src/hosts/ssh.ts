/** The transport over the user's own OpenSSH, so that ~/.ssh/config, agents, jump hosts and hardware keys work as in a terminal. */

import type { Duplex } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { HostFailure } from './contract.ts';
import { hostFailure } from './errors.ts';
import { collect, createProcessGroup, failedProcess, processStream, type Spawn } from './process.ts';
import { explainSsh } from './ssh-errors.ts';
import type { RemoteProcess, Transport } from './transport.ts';

export interface SshDeps {
  readonly spawn: Spawn;
  readonly platform: NodeJS.Platform;
  /** A configuration file in place of the user's, or empty. */
  readonly configFile?: string | undefined;
  /** Makes a private directory (mode 0700) with a short path for the control socket. */
  readonly makeControlDirectory: () => Promise<string>;
  readonly removeDirectory: (path: string) => Promise<void>;
}

/** Seconds that the shared connection outlives its last use, should we die without ending it. */
const persist = 30;

/** What is the same for every call. The user's configuration decides all that is not named here, host keys above all. */
const commonOptions = [
  'BatchMode=yes', // nothing can be asked here
  'ConnectTimeout=10',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
] as const;

/**
 * Reaches a machine by `ssh DESTINATION`. All uses share one connection (a control master), except on Windows, whose OpenSSH has none.
 * A destination that ssh would take for an option is refused with a failure by every use.
 */
export function sshTransport(name: string, destination: string, deps: SshDeps): Transport {
  const processes = createProcessGroup(deps.spawn);
  const multiplexes = deps.platform !== 'win32';
  let directory: Promise<string> | undefined;
  let controlPath = 'none';
  let master: Promise<void> | undefined;

  const args = (options: readonly string[], rest: readonly string[]): string[] => [
    ...(deps.configFile ? ['-F', deps.configFile] : []),
    ...[...commonOptions, ...options, `ControlPath=${controlPath}`].flatMap(option => ['-o', option]),
    ...rest,
  ];

  /** Makes sure that the shared connection stands; also the place where everything that can be wrong with it is found out. */
  function connectMaster(signal: AbortSignal): Promise<void> {
    master ??= startMaster(signal).finally(() => {
      master = undefined;
    });
    return master;
  }

  async function startMaster(signal: AbortSignal): Promise<void> {
    // an older one may hang on a dead line: whoever connects anew wants a new one
    if (directory) await endMaster();
    directory ??= deps.makeControlDirectory();
    controlPath = `${await directory}/m`;
    signal.throwIfAborted();
    // -f: returns once authenticated, and leaves the master behind, which ends by itself when idle
    const options = ['ControlMaster=auto', `ControlPersist=${persist}`];
    const started = await collect(processes.start('ssh', args(options, ['-f', '-N', '-T', '--', destination])), { signal });
    signal.throwIfAborted();
    if (started.code !== 0) throw explainSsh(started, { name, destination });
  }

  async function endMaster(): Promise<void> {
    const exit = createProcessGroup(deps.spawn); // works while the host is being disposed of, too
    await collect(exit.start('ssh', args([], ['-O', 'exit', '--', destination])));
  }

  function session(command: string): RemoteProcess {
    return processes.start('ssh', args(['ControlMaster=no'], ['-T', '--', destination, command]));
  }

  function refused(): HostFailure | undefined {
    if (/^[^-\s\0][^\s\0]*$/.test(destination) && !destination.includes('@-')) return undefined;
    const shown = JSON.stringify(destination);
    return hostFailure(
      'unreachable',
      l10n.t('{0} is no ssh destination: {1}.', name, shown),
      l10n.t('Use the form user@host, or a Host of your ssh configuration.'),
    );
  }

  return {
    sharesFiles: false,

    openBus: async (signal): Promise<Duplex> => {
      const no = refused();
      if (no) throw no;
      if (multiplexes) await connectMaster(signal);
      signal.throwIfAborted();
      return processStream(session('systemd-stdio-bridge'), end => explainSsh(end, { name, destination, program: 'systemd-stdio-bridge' }));
    },

    run: argv => {
      const no = refused();
      if (no) return failedProcess(no.message);
      return session(argv.map(quoteForShell).join(' '));
    },

    dispose: async () => {
      await processes.dispose();
      if (!directory) return;
      const path = await directory;
      await endMaster();
      directory = undefined;
      controlPath = 'none';
      await deps.removeDirectory(path);
    },
  };
}

/**
 * One word for the shell that sshd hands the command line to (ssh joins its arguments with blanks, and does not quote). Works for every
 * Bourne-like shell, whatever the word holds. Throws on NUL, which no command line can carry.
 */
export function quoteForShell(word: string): string {
  if (word.includes('\0')) throw new TypeError('a command line cannot hold NUL');
  return /^[A-Za-z0-9_./:@+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
