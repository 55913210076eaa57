/** The real machine, for hosts. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { defaultDeadlines, systemClock } from './clock.ts';
import type { HostDeps } from './host.ts';
import { spawnGroup } from './transport/process.ts';

/** What hosts need that is not of this machine, as in `HostDeps`. `sshConfigFile` and `sshProgram` may be empty. */
type Options = Pick<HostDeps, 'sshConfigFile' | 'sshProgram' | 'openAskpass' | 'copySettings' | 'log' | 'trace' | 'gate'>;

/** What hosts need, of this machine. */
export function systemDeps(options: Options): HostDeps {
  return {
    spawn: spawnGroup,
    connect: path => connect(path),
    platform: process.platform,
    readText: path => readFileSync(path, 'utf8'),
    busAddress: process.env.DBUS_SYSTEM_BUS_ADDRESS,
    userBusAddress: process.env.DBUS_SESSION_BUS_ADDRESS,
    runtimeDirectory: process.env.XDG_RUNTIME_DIR,
    clock: systemClock,
    deadlines: defaultDeadlines,
    machineId: machineId(),
    uid: process.getuid?.() ?? 0,
    ...options,
  };
}

/** This machine's id where systemd or D-Bus gave it one, else its name. */
function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}
