/** The real machine, for hosts. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { defaultDeadlines, systemClock } from './clock.ts';
import type { HostDeps } from './host.ts';
import { spawnGroup } from './process.ts';

/** What hosts need, of this machine. `sshConfigFile`: in place of the user's own; empty: the user's own. */
export function systemDeps(options: { readonly sshConfigFile?: string; readonly log: (message: string) => void }): HostDeps {
  return {
    spawn: spawnGroup,
    connect: path => connect(path),
    platform: process.platform,
    readText: path => readFileSync(path, 'utf8'),
    busAddress: process.env.DBUS_SYSTEM_BUS_ADDRESS,
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
