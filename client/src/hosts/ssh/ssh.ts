/** The transport over the user's own OpenSSH, so that ~/.ssh/config, agents, jump hosts and hardware keys work as in a terminal. */

import type { Duplex } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { Asking, HostDefinition, HostFailure } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import { collect, createProcessGroup, failedProcess, processStream, type Spawn } from '../transport/process.ts';
import { throughSudo } from '../transport/sudo.ts';
import type { RemoteProcess, Transport } from '../transport/transport.ts';
import { type AskpassSession, nobodyAsked } from './askpass.ts';
import { destinationFault } from './destination.ts';
import { explainSsh } from './ssh-errors.ts';

export type SshDefinition = Extract<HostDefinition, { kind: 'ssh' }>;

export interface SshDeps {
  readonly spawn: Spawn;
  readonly platform: NodeJS.Platform;
  /** The ssh program in place of the one in PATH, or empty. */
  readonly program?: string | undefined;
  /** A configuration file in place of the user's, or empty. */
  readonly configFile?: string | undefined;
  /** Makes a private directory (mode 0700) with a short path for the control socket. */
  readonly makeControlDirectory: () => Promise<string>;
  readonly removeDirectory: (path: string) => Promise<void>;
  /** Begins to answer the questions of one ssh, in such a directory; absent: nobody can be asked. */
  readonly openAskpass?:
    | ((directory: string, host: { readonly host: string; readonly destination: string }) => Promise<AskpassSession>)
    | undefined;
}

/** Seconds that the shared connection outlives its last use, should we die without ending it. */
const persist = 30;

const systemBridge = ['systemd-stdio-bridge'] as const;

/** Its own `--user` leads to the system's bus in 257. */
const userBridge = ['sh', '-c', `exec systemd-stdio-bridge -p "unix:path=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/bus"`] as const;

/** What is the same for every call. The user's configuration decides all that is not named here, host keys above all. */
const commonOptions = [
  'ConnectTimeout=10',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
] as const;

/**
 * Reaches a machine by `ssh DESTINATION`. All uses share one connection (a control master), except on Windows, whose OpenSSH has none:
 * there each use connects by itself, and asks by itself. A destination that ssh would take for an option is refused by every use.
 */
export function sshTransport(definition: SshDefinition, deps: SshDeps): Transport {
  const { name, destination, scope, sudo = false } = definition;
  const program = deps.program || 'ssh';
  const processes = createProcessGroup(deps.spawn);
  const multiplexes = deps.platform !== 'win32';
  const askpasses = new Set<AskpassSession>();
  let directory: Promise<string> | undefined;
  let controlPath = 'none';
  let master: Promise<void> | undefined;

  const args = (mayAsk: boolean, options: readonly string[], rest: readonly string[]): string[] => [
    ...(deps.configFile ? ['-F', deps.configFile] : []),
    ...[`BatchMode=${mayAsk ? 'no' : 'yes'}`, ...commonOptions, ...options, `ControlPath=${controlPath}`].flatMap(option => ['-o', option]),
    ...rest,
  ];

  /** Makes sure that the shared connection stands; also the place where everything that can be wrong with it is found out. */
  function connectMaster(signal: AbortSignal, asking: Asking): Promise<void> {
    master ??= startMaster(signal, asking).finally(() => {
      master = undefined;
    });
    return master;
  }

  async function startMaster(signal: AbortSignal, asking: Asking): Promise<void> {
    // an older one may hang on a dead line: whoever connects anew wants a new one
    if (directory) await endMaster();
    directory ??= deps.makeControlDirectory();
    const path = await directory;
    controlPath = `${path}/m`;
    signal.throwIfAborted();
    const askpass = await openAskpass(asking, path);
    try {
      // -f: returns once authenticated, and leaves the master behind, which ends by itself when idle
      const options = ['ControlMaster=auto', `ControlPersist=${persist}`];
      const words = args(askpass !== undefined, options, ['-f', '-N', '-T', '--', destination]);
      const either = askpass ? AbortSignal.any([signal, askpass.declined]) : signal;
      const started = await collect(processes.start(program, words, askpass?.environment ?? nobodyAsked), { signal: either });
      signal.throwIfAborted();
      if (askpass?.declined.aborted) throw declined();
      if (started.code !== 0) throw explain(started, asking);
    } finally {
      await closeAskpass(askpass);
    }
  }

  async function endMaster(): Promise<void> {
    const exit = createProcessGroup(deps.spawn); // works while the host is being disposed of, too
    await collect(exit.start(program, args(false, [], ['-O', 'exit', '--', destination]), nobodyAsked));
  }

  async function openAskpass(asking: Asking, path: string): Promise<AskpassSession | undefined> {
    if (asking === 'quietly') return undefined;
    const askpass = await deps.openAskpass?.(path, { host: name, destination });
    if (askpass) askpasses.add(askpass);
    return askpass;
  }

  async function closeAskpass(askpass: AskpassSession | undefined): Promise<void> {
    if (!askpass) return;
    askpasses.delete(askpass);
    await askpass.close();
  }

  const declined = (): HostFailure => hostFailure('cancelled', l10n.t('Connecting to {0}: cancelled.', name));
  const explain = (end: { readonly code: number | null; readonly stderr: string }, asking: Asking, bridge?: string): HostFailure =>
    explainSsh(end, {
      name,
      destination,
      asked: asking === 'may-ask' && deps.openAskpass !== undefined,
      scope,
      sudo,
      ...(bridge && { program: bridge }),
    });

  function session(command: string, askpass?: AskpassSession): RemoteProcess {
    const words = args(askpass !== undefined, ['ControlMaster=no'], ['-T', '--', destination, command]);
    return processes.start(program, words, askpass?.environment ?? nobodyAsked);
  }

  /** Without a shared connection: this session is asked for by itself, and the questions are its own. */
  async function askingSession(command: string, asking: Asking): Promise<RemoteProcess> {
    directory ??= deps.makeControlDirectory();
    const askpass = await openAskpass(asking, await directory);
    const process = session(command, askpass);
    askpass?.declined.addEventListener('abort', () => process.kill());
    process.ended.then(() => closeAskpass(askpass));
    return process;
  }

  function refused(): HostFailure | undefined {
    const fault = destinationFault(destination);
    if (fault === undefined) return undefined;
    const shown = JSON.stringify(destination);
    return hostFailure('unreachable', l10n.t('{0} is no ssh destination: {1}.', name, shown), fault);
  }

  return {
    sharesFiles: false,
    get asking() {
      return [...askpasses].some(askpass => askpass.asking);
    },

    openBus: async (signal, asking = 'quietly'): Promise<Duplex> => {
      const no = refused();
      if (no) throw no;
      if (multiplexes) await connectMaster(signal, asking);
      signal.throwIfAborted();
      const bridge = scope === 'user' ? userBridge : systemBridge;
      const command = (sudo ? throughSudo(bridge) : bridge).map(quoteForShell).join(' ');
      const process = multiplexes ? session(command) : await askingSession(command, asking);
      return processStream(process, end => explain(end, asking, 'systemd-stdio-bridge'));
    },

    run: argv => {
      const no = refused();
      if (no) return failedProcess(no.message);
      return session((sudo ? throughSudo(argv) : argv).map(quoteForShell).join(' '));
    },

    terminal: argv => {
      const no = refused();
      if (no) throw no;
      const command = (sudo ? throughSudo(argv) : argv).map(quoteForShell).join(' ');
      // of options the first counts; without a shared connection ssh asks at the terminal
      const words = args(!multiplexes, ['ControlMaster=no'], ['-t', '--', destination, command]);
      return { program, args: ['-o', 'RequestTTY=force', ...words] };
    },

    ssh: {
      command: () => [program, ...args(false, ['ControlMaster=no'], [])],
      destination,
      before: sudo ? ['sudo', '-n', '--'] : [],
    },

    dispose: async () => {
      await processes.dispose();
      await Promise.all([...askpasses].map(closeAskpass));
      if (!directory) return;
      const path = await directory;
      if (multiplexes) await endMaster();
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
