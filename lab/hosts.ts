/**
 * Throwaway systemd hosts: real Debian trees booted in systemd-nspawn, with D-Bus, portabled, polkit and sshd, one per systemd version.
 * A host belongs to the process that booted it; what a killed process leaves is removed by `sweep`, which every process does once.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, must, run } from './processes.ts';

export { installHostTools, whyNoHosts } from './tools.ts';

/** The Debian suites that can be booted, and the systemd in each. */
export const suites = [
  { suite: 'bullseye', systemd: 247 },
  { suite: 'bookworm', systemd: 252 },
  { suite: 'trixie', systemd: 257 },
  { suite: 'forky', systemd: 262 },
] as const;
export type Suite = (typeof suites)[number]['suite'];

const makeTree = join(import.meta.dirname, 'make-tree');
const bootScript = join(import.meta.dirname, 'boot-host');

export interface TreeOptions {
  /** Further Debian packages; there is no apt inside. */
  readonly packages?: readonly string[];
  readonly signal?: AbortSignal;
  readonly log?: (line: string) => void;
}

/**
 * The path of a bootable tree of that suite, read-only for everyone: built when there is none of the last 30 days (20 to 60 s).
 * Callers at the same time, in any process, wait for one builder.
 */
export async function ensureTree(suite: Suite, { packages = [], signal, log }: TreeOptions = {}): Promise<string> {
  const args = ['--cached', suite, ...(packages.length > 0 ? [packages.join(',')] : [])];
  const said = log && ((text: string) => log(text.trimEnd().replaceAll('make-tree: ', '')));
  return (await must(makeTree, args, { group: true, signal, onStderr: said })).trim();
}

/** A running host, and the handles to break it. */
export interface LabHost {
  readonly name: string;
  readonly suite: Suite;
  /** systemd's major version. */
  readonly systemd: number;
  /** A file whose first line is the pid of the host's PID 1: another one after each reboot, absent or empty while it is down. */
  readonly pidFile: string;
  /** The host's system bus, as a socket on this side. */
  readonly busSocket: string;
  readonly sshHost: string;
  readonly sshPort: number;
  /** The same sshd at 127.0.0.1. */
  readonly sshLocalPort: number;
  /** The private key that lets in `root` and `dev`, a user without rights. */
  readonly sshKey: string;
  /** The host's root directory, seen from this side (what its mounts hide excepted, such as /run and /tmp). */
  readonly root: string;
  /** The pid of its PID 1, seen from this side; undefined while it is down. */
  leader(): number | undefined;
  /** Runs a program inside, as root. */
  run(...argv: [string, ...string[]]): Promise<Ended>;
  /** Asks it to power off, and waits until it is down. */
  poweroff(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Boots it again after `poweroff`, `kill` or the death of its PID 1, once all of it has ended; files written to its root are still there. */
  start(): Promise<void>;
  /** Boots it again where it is not up, whatever made it so. */
  up(): Promise<void>;
  /** Reboots it, and waits until it is up again. */
  reboot(): Promise<void>;
  /** Stops it and removes every trace. */
  stop(): Promise<void>;
}

let swept: Promise<readonly string[]> | undefined;

/** Removes the hosts whose owner is dead, and nothing of a living one. Returns what was removed, a line each. */
export async function sweep(): Promise<readonly string[]> {
  return (await must(bootScript, ['--sweep'], { group: true })).split('\n').filter(line => line !== '');
}

/** Lower case letters, digits and dashes; not two at a time on one machine. `network` is the N of 10.231.N.0/30, by default the first free one. */
export interface BootOptions {
  readonly network?: number;
  /** A tree to boot instead of the suite's. */
  readonly tree?: string;
}

/** Boots a host (1 to 3 s once the suite's tree is there). It belongs to this process and must be stopped by it. */
export async function bootHost(name: string, suite: Suite, options: BootOptions = {}): Promise<LabHost> {
  swept ??= sweep();
  await swept;
  const tree = options.tree ?? (await ensureTree(suite));
  const network = options.network === undefined ? [] : ['--network', String(options.network)];
  const printed = await must(bootScript, ['--owner', String(process.pid), ...network, name, tree]);
  const at = coordinates(printed);
  const pidFile = at('PID_FILE');
  const systemd = suites.find(s => s.suite === suite)?.systemd ?? 0;

  const leader = (): number | undefined => {
    try {
      return Number.parseInt(readFileSync(pidFile, 'utf8'), 10) || undefined;
    } catch {
      return undefined; // no such cgroup: it is down
    }
  };
  const inside = async (...argv: [string, ...string[]]): Promise<Ended> => {
    const pid = leader();
    if (pid === undefined) throw new Error(`the host ${name} is down`);
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', SYSTEMD_PAGER: '' };
    return run('nsenter', ['-t', String(pid), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', ...argv], { env });
  };

  const start = async (): Promise<void> => void (await must(bootScript, ['--start', name]));

  return {
    name,
    suite,
    systemd,
    pidFile,
    busSocket: at('BUS'),
    sshHost: at('SSH_HOST'),
    sshPort: Number(at('SSH_PORT')),
    sshLocalPort: Number(at('SSH_LOCAL_PORT')),
    sshKey: at('SSH_KEY'),
    root: at('ROOT'),
    leader,
    run: inside,
    async poweroff() {
      await inside('systemctl', 'poweroff', '--no-block');
      await until(() => leader() === undefined, `${name} to power off`);
    },
    async kill() {
      await must(bootScript, ['--kill', name]);
    },
    start,
    async up() {
      const state = await inside('systemctl', 'is-system-running').catch(() => undefined); // it is down
      if (state === undefined || !/^(?:running|degraded)$/.test(state.stdout.trim())) await start();
    },
    async reboot() {
      const before = leader();
      await inside('systemctl', 'reboot', '--no-block');
      await must(bootScript, ['--wait', name, ...(before === undefined ? [] : [String(before)])]);
    },
    async stop() {
      await must(bootScript, ['--stop', name], { group: true });
    },
  };
}

/** The `KEY=VALUE` lines that boot-host prints. */
function coordinates(printed: string): (key: string) => string {
  const table = new Map(printed.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return key => {
    const value = table.get(key);
    if (value === undefined) throw new Error(`boot-host printed no ${key}:\n${printed}`);
    return value;
  };
}

async function until(condition: () => boolean, what: string, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/**
 * Writes an ssh configuration file and its known_hosts into `directory`: `NAME-root` is root on that host, `NAME-dev` the user without rights.
 * Nothing of the user's own configuration is touched; with `includeUsers` it counts as well. Returns the path for `ssh -F`.
 */
export async function writeSshConfig(
  directory: string,
  hosts: readonly LabHost[],
  options: { readonly includeUsers?: boolean } = {},
): Promise<string> {
  const known = join(directory, 'known_hosts');
  const keys = hosts.map(
    h => [h, readFileSync(join(h.root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ')] as const,
  );
  await writeFile(known, keys.map(([h, key]) => `${h.sshHost},[127.0.0.1]:${h.sshLocalPort} ${key}\n`).join(''));
  const entry = (h: LabHost, alias: string, user: string): string =>
    [
      `Host ${alias}`,
      `HostName ${h.sshHost}`,
      `Port ${h.sshPort}`,
      `User ${user}`,
      `IdentityFile "${h.sshKey}"`,
      'IdentitiesOnly yes',
      'IdentityAgent none',
      `UserKnownHostsFile "${known}"`,
      'GlobalKnownHostsFile /dev/null',
      'StrictHostKeyChecking yes',
    ].join('\n  ');
  const path = join(directory, 'ssh_config');
  const entries = hosts.flatMap(h => [entry(h, `${h.name}-root`, 'root'), entry(h, `${h.name}-dev`, 'dev')]);
  const others = options.includeUsers ? ['Host *\n  Include ~/.ssh/config /etc/ssh/ssh_config'] : [];
  await writeFile(path, `${[...entries, ...others].join('\n')}\n`, { mode: 0o600 });
  return path;
}
