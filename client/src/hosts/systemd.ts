/** `org.freedesktop.systemd1` as typed calls. */
import type { Bus, BusError, CallOptions } from './bus.ts';
import type { Clock, Deadlines } from './clock.ts';
import type { SystemdVersion } from './contract.ts';
import { jobsOn } from './jobs.ts';
import { systemdManager as manager } from './names.ts';
import { asBigInt, asList, asText, asTexts } from './values.ts';

/** One unit as the manager lists it. */
export interface ListedUnit {
  readonly name: string;
  /** `loaded`, `not-found`, `bad-setting`, `masked`, ... */
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  /** Object path. */
  readonly object: string;
}

/** What is asked of a unit beyond the list: by unit type, since each has its own interface. */
export interface UnitDetails {
  /** Unit file. */
  readonly fragment: string;
  readonly dropIns: readonly string[];
  /** When it entered its state, in ms since the epoch. */
  readonly since?: number;
  /** Absent where its type has none (targets). */
  readonly result?: string;
  /** Services only: the last main process's exit status, or the number of the signal that ended it. */
  readonly exitStatus?: number;
  /** Units that this one starts when something happens: a socket's service. */
  readonly triggers: readonly string[];
}

/** How a job ended: `done`, `failed`, `timeout`, `dependency`, `canceled`, `skipped`, ... */
export type JobResult = string;

export interface Systemd {
  version(signal?: AbortSignal): Promise<SystemdVersion>;
  /** Asks for signals; without it the manager sends few. */
  subscribe(): Promise<void>;
  unsubscribe(): Promise<void>;
  /** Reads all unit files again; resolves when done. */
  reload(signal?: AbortSignal): Promise<void>;
  /** Starts or stops a unit; resolves when the job has ended, however it ended. */
  start(unit: string, signal?: AbortSignal): Promise<JobResult>;
  stop(unit: string, signal?: AbortSignal): Promise<JobResult>;
  /** Forgets that a unit failed; units that are not loaded are no error. */
  resetFailed(unit: string): Promise<void>;
  /** In the given order; a unit that does not exist is listed as `not-found`. */
  listUnits(names: readonly string[], signal?: AbortSignal): Promise<readonly ListedUnit[]>;
  /** Loaded units whose names match a shell pattern. */
  findUnits(patterns: readonly string[], signal?: AbortSignal): Promise<readonly ListedUnit[]>;
  details(unit: ListedUnit, signal?: AbortSignal): Promise<UnitDetails>;
}

/** Unit types that have a `Result`, and the interface that holds it. */
const interfaces: Readonly<Record<string, string>> = {
  service: 'org.freedesktop.systemd1.Service',
  socket: 'org.freedesktop.systemd1.Socket',
  timer: 'org.freedesktop.systemd1.Timer',
  path: 'org.freedesktop.systemd1.Path',
};
const unitInterface = 'org.freedesktop.systemd1.Unit';

/** The manager behind a bus. All rejections are BusErrors. */
export function systemdOn(bus: Bus, deadlines: Deadlines, clock: Clock): Systemd {
  const runJob = jobsOn(bus, deadlines, clock);
  const call = async (member: string, signature: string, body: readonly unknown[], options: Partial<CallOptions> = {}) => {
    const [value] = await bus.call({ ...manager, member, signature, body }, { deadline: deadlines.call, ...options });
    return value;
  };
  const property = async (path: string, owner: string, name: string, signal?: AbortSignal) => {
    const get = {
      destination: manager.destination,
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [owner, name],
    };
    const [value] = await bus.call(get, { deadline: deadlines.call, signal });
    return value;
  };

  return {
    version: async signal => parseVersion(asText(await property(manager.path, manager.interface, 'Version', signal))),
    subscribe: async () => {
      await call('Subscribe', '', []);
    },
    unsubscribe: async () => {
      await call('Unsubscribe', '', []);
    },
    reload: async signal => {
      await call('Reload', '', [], { deadline: deadlines.reload, signal });
    },
    start: (unit, signal) => runJob('StartUnit', unit, signal),
    stop: (unit, signal) => runJob('StopUnit', unit, signal),
    resetFailed: async unit => {
      await call('ResetFailedUnit', 's', [unit]).catch((error: BusError) => {
        if (error.errorName !== 'org.freedesktop.systemd1.NoSuchUnit') throw error;
      });
    },
    listUnits: async (names, signal) => (names.length === 0 ? [] : asUnits(await call('ListUnitsByNames', 'as', [names], { signal }))),
    findUnits: async (patterns, signal) =>
      patterns.length === 0 ? [] : asUnits(await call('ListUnitsByPatterns', 'asas', [[], patterns], { signal })),

    details: async ({ name, object }, signal) => {
      const type = name.slice(name.lastIndexOf('.') + 1);
      const typed = interfaces[type];
      const get = (owner: string, key: string) => property(object, owner, key, signal);
      const [fragment, dropIns, since, triggers, result, exitStatus] = await Promise.all([
        get(unitInterface, 'FragmentPath').then(asText),
        get(unitInterface, 'DropInPaths').then(asTexts),
        get(unitInterface, 'StateChangeTimestamp').then(asBigInt),
        get(unitInterface, 'Triggers').then(asTexts),
        typed ? get(typed, 'Result').then(asText) : undefined,
        type === 'service' && typed ? get(typed, 'ExecMainStatus') : undefined,
      ]);
      return {
        fragment,
        dropIns,
        triggers,
        ...(since > 0n && { since: Number(since / 1000n) }), // from microseconds
        ...(result !== undefined && { result }),
        ...(typeof exitStatus === 'number' && exitStatus !== 0 && { exitStatus }),
      };
    },
  };
}

/** A version as the manager says it: `257.13-1~deb13u1`, `v262-rc1`. An unreadable one has the major number 0. */
export function parseVersion(full: string): SystemdVersion {
  return { major: Number(/\d+/.exec(full)?.[0] ?? 0), full };
}

function asUnits(value: unknown): readonly ListedUnit[] {
  return asList(value).map(unit => {
    const [name, , load, active, sub, , object] = asList(unit);
    return { name: asText(name), load: asText(load), active: asText(active), sub: asText(sub), object: asText(object) };
  });
}
