/** What is asked of a unit beyond the list: by its type, since each type has its own interface. */
import { asBigInt, asText, asTexts } from './values.ts';

export interface UnitDetails {
  /** Unit file. */
  readonly fragment: string;
  readonly dropIns: readonly string[];
  /** When it entered its state, in ms since the epoch. */
  readonly since?: number;
  /** Absent where its type has none (targets). */
  readonly result?: string;
  /** Units that this one starts when something happens: a socket's service. */
  readonly triggers: readonly string[];
  /** `enabled`, `disabled`, `static`, ...; absent where it has no file. */
  readonly enabled?: string;
  /** The rest: services only. The last main process's exit status, or the number of the signal that ended it. */
  readonly exitStatus?: number;
  readonly mainPid?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Milliseconds of a processor. */
  readonly cpu?: number;
  /** How often systemd started it again by itself. */
  readonly restarts?: number;
  /** What it says of itself by sd_notify. */
  readonly says?: string;
}

export const unitInterface = 'org.freedesktop.systemd1.Unit';
export const serviceInterface = 'org.freedesktop.systemd1.Service';

/** Unit types that have a `Result`, and the interface that holds it. */
const interfaces: Readonly<Record<string, string>> = {
  service: serviceInterface,
  socket: 'org.freedesktop.systemd1.Socket',
  timer: 'org.freedesktop.systemd1.Timer',
  path: 'org.freedesktop.systemd1.Path',
};

/** The details of a unit; `get` asks for a property of an interface. Rejects with a BusError. */
export async function detailsOf(unit: string, get: (owner: string, key: string) => Promise<unknown>): Promise<UnitDetails> {
  const owner = interfaces[unit.slice(unit.lastIndexOf('.') + 1)];
  const [fragment, dropIns, since, triggers, enabled, result, service] = await Promise.all([
    get(unitInterface, 'FragmentPath').then(asText),
    get(unitInterface, 'DropInPaths').then(asTexts),
    get(unitInterface, 'StateChangeTimestamp').then(asBigInt),
    get(unitInterface, 'Triggers').then(asTexts),
    get(unitInterface, 'UnitFileState').then(asText),
    owner && get(owner, 'Result').then(asText),
    owner === serviceInterface ? serviceDetails(key => get(serviceInterface, key)) : {},
  ]);
  return {
    fragment,
    dropIns,
    triggers,
    ...(since > 0n && { since: Number(since / 1000n) }), // from microseconds
    ...(enabled !== '' && { enabled }),
    ...(result !== undefined && { result }),
    ...service,
  };
}

async function serviceDetails(get: (key: string) => Promise<unknown>): Promise<Partial<UnitDetails>> {
  const keys = ['ExecMainStatus', 'MainPID', 'NRestarts', 'MemoryCurrent', 'CPUUsageNSec', 'StatusText'] as const;
  const [exitStatus, mainPid, restarts, memory, cpu, says] = await Promise.all(keys.map(get));
  return {
    ...(typeof exitStatus === 'number' && exitStatus !== 0 && { exitStatus }),
    ...(typeof mainPid === 'number' && mainPid !== 0 && { mainPid }),
    ...(typeof restarts === 'number' && restarts !== 0 && { restarts }),
    ...(isKnown(memory) && { memory: Number(memory) }),
    ...(isKnown(cpu) && { cpu: Number(cpu / 1_000_000n) }),
    ...(typeof says === 'string' && says !== '' && { says }),
  };
}

/** The largest number stands for one that systemd does not know, and none at all for a process that never was. */
function isKnown(value: unknown): value is bigint {
  return typeof value === 'bigint' && value !== 0n && value !== 0xffff_ffff_ffff_ffffn;
}
