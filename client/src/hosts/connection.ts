/** One connection to a host and what is known through it. */

import { askRights, isOwn } from './attach/rights.ts';
import { type Bus, openBus } from './bus/bus.ts';
import { portabledManager } from './bus/names.ts';
import { type Portabled, portabledOn } from './bus/portabled.ts';
import { type Systemd, systemdOn } from './bus/systemd.ts';
import { asTexts } from './bus/values.ts';
import type { Clock, Deadlines } from './clock.ts';
import { clockAhead, inOurTime } from './clock-skew.ts';
import type { Asking, HostDefinition, Rights, SystemdVersion } from './contract.ts';
import { type Places, systemPlaces, userPlaces } from './on-host/places.ts';
import type { SshDefinition } from './ssh/ssh.ts';
import { explainSsh } from './ssh/ssh-errors.ts';
import { type RunLimits, runToEnd } from './transport/run-to-end.ts';
import { type Trace, tracedBus } from './transport/trace.ts';
import type { Transport } from './transport/transport.ts';

export interface Connection {
  readonly bus: Bus;
  readonly systemd: Systemd;
  readonly portabled: Portabled;
  readonly version: SystemdVersion;
  /** Whether portabled runs or can be started by the bus. */
  readonly hasPortabled: boolean;
  /** What we may do there. */
  readonly rights: Rights;
  /** Where images and their units lie there. */
  readonly places: Places;
  /** The user that programs run as there; asked once. */
  user(): Promise<{ readonly uid: number; readonly name: string }>;
}

export interface ConnectOptions {
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly uid: number;
  readonly interactive: boolean;
  readonly onHandlerError: (error: unknown) => void;
  readonly definition: HostDefinition;
  /** Whether the user may be asked something for it. */
  readonly asking: Asking;
  readonly trace: Trace;
}

/** Connects to a host's bus and asks for its versions. Rejects with a HostFailure or BusError, and leaves nothing open then. */
export async function connectTo(transport: Transport, options: ConnectOptions, signal: AbortSignal): Promise<Connection> {
  const { deadlines, clock, definition, asking, trace } = options;
  const stream = await transport.openBus(signal, asking);
  const bus = tracedBus(await openBus(stream, { ...options, deadline: deadlines.connect, signal }), definition.name, trace);
  try {
    const systemd = systemdOn(bus, deadlines, clock);
    const [version, names, rights, places] = await Promise.all([
      systemd.version(signal),
      knownNames(bus, deadlines.call, signal),
      askRights(bus, definition, { deadline: deadlines.call, signal }),
      isOwn(definition) ? userPlaces(transport, { clock, deadline: deadlines.call, signal }) : systemPlaces,
      definition.kind === 'ssh' && definition.sudo
        ? checkSudo(transport, definition, { clock, deadline: deadlines.call, signal })
        : undefined,
    ]);
    let user: ReturnType<Connection['user']> | undefined;
    let ahead: Promise<number> | undefined;
    const askAhead = (): Promise<number> => {
      ahead ??= clockAhead(transport, { clock, deadline: deadlines.call });
      return ahead;
    };
    return {
      bus,
      systemd: definition.kind === 'ssh' ? inOurTime(systemd, askAhead) : systemd, // the others share our kernel
      version,
      portabled: portabledOn(bus, deadlines),
      hasPortabled: names.includes(portabledManager.destination),
      rights,
      places,
      user: () => {
        user ??= askUser(transport, options).catch((error: unknown) => {
          user = undefined; // it may be answered the next time
          throw error;
        });
        return user;
      },
    };
  } catch (error) {
    bus.close();
    throw error;
  }
}

/** Rejects where sudo lets the bridge pass, but no other program: half of what is needed would only fail later, and say less. */
async function checkSudo(transport: Transport, { name, destination }: SshDefinition, limits: RunLimits): Promise<void> {
  const end = await runToEnd(transport, ['sh', '-c', ':'], limits);
  if (end.code !== 0) throw explainSsh(end, { name, destination, program: 'sh', sudo: true });
}

async function knownNames(bus: Bus, deadline: number, signal: AbortSignal): Promise<readonly string[]> {
  const call = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
  const [running, startable] = await Promise.all(
    ['ListNames', 'ListActivatableNames'].map(async member => asTexts((await bus.call({ ...call, member }, { deadline, signal }))[0])),
  );
  return [...(running ?? []), ...(startable ?? [])];
}

async function askUser(transport: Transport, { clock, deadlines }: ConnectOptions): Promise<{ uid: number; name: string }> {
  const { code, stdout, stderr } = await runToEnd(transport, ['sh', '-c', 'id -u; id -un'], { clock, deadline: deadlines.call });
  const [uid = '', name = ''] = stdout.split('\n');
  if (code !== 0 || !/^\d+$/.test(uid)) throw new Error(stderr || `id ended with ${code ?? 'a signal'}`);
  return { uid: Number(uid), name };
}
