/** `org.freedesktop.systemd1` as typed calls. */

import type { Clock, Deadlines } from '../clock.ts';
import type { SystemdVersion } from '../contract.ts';
import type { Bus, CallOptions } from './bus.ts';
import { BusError } from './bus-error.ts';
import { jobsOn } from './jobs.ts';
import { systemdManager as manager } from './names.ts';
import { detailsOf, serviceInterface, type UnitDetails, unitInterface } from './unit-details.ts';
import { asDictionary, asList, asText, asTexts } from './values.ts';

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

/** How a job ended: `done`, `failed`, `timeout`, `dependency`, `canceled`, `skipped`, ... */
export type JobResult = string;

export interface Systemd {
  version(signal?: AbortSignal): Promise<SystemdVersion>;
  /** Of the machine, as systemd names it: `x86-64`. */
  architecture(signal?: AbortSignal): Promise<string>;
  /** The directories in which unit files are looked for, first one first. */
  unitPath(signal?: AbortSignal): Promise<readonly string[]>;
  /** Paths of all unit files that are found there. */
  unitFiles(signal?: AbortSignal): Promise<readonly string[]>;
  /** How the whole system is: `running`, `degraded`, `stopping`, ... */
  state(): Promise<string>;
  /** Asks for signals; without it the manager sends few. */
  subscribe(): Promise<void>;
  unsubscribe(): Promise<void>;
  /** Reads all unit files again; resolves when done. */
  reload(signal?: AbortSignal): Promise<void>;
  /** Starts or stops a unit; resolves when the job has ended, however it ended. */
  start(unit: string, signal?: AbortSignal): Promise<JobResult>;
  stop(unit: string, signal?: AbortSignal): Promise<JobResult>;
  /** Starts a unit, after stopping it where it runs. */
  restart(unit: string, signal?: AbortSignal): Promise<JobResult>;
  /** Has a running unit read its own configuration again. */
  reloadUnit(unit: string, signal?: AbortSignal): Promise<JobResult>;
  /** Whether a unit's files are others than when the manager read them. */
  needsReload(unit: ListedUnit, signal?: AbortSignal): Promise<boolean>;
  /** Forgets that a unit failed; units that are not loaded are no error. */
  resetFailed(unit: string): Promise<void>;
  /** Enables unit files by their path, as portablectl does. */
  enable(files: readonly string[], runtime: boolean): Promise<void>;
  /** Removes the links that enabled units, by name; what is not enabled, or not there, is no error. */
  disable(units: readonly string[], runtime: boolean): Promise<void>;
  /** Those of these units that something enables, templates among them. */
  enabledAmong(units: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Disables units that go: where the policy of the bus lets root alone do it (247 and 252), portablectl goes on without it, too. Returns those that
   * systemd refused to disable, since it cannot read their file.
   */
  forget(units: readonly string[], runtime: boolean): Promise<readonly string[]>;
  /** Removes what a stopped unit keeps; a unit that keeps nothing is no error. */
  clean(unit: string, what: readonly string[]): Promise<void>;
  /** Units that depend on this one: names by the property that lists them. */
  dependents(unit: ListedUnit, signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  /** In the given order; a unit that does not exist is listed as `not-found`. */
  listUnits(names: readonly string[], signal?: AbortSignal): Promise<readonly ListedUnit[]>;
  /** Loaded units whose names match a shell pattern. */
  findUnits(patterns: readonly string[], signal?: AbortSignal): Promise<readonly ListedUnit[]>;
  details(unit: ListedUnit, signal?: AbortSignal): Promise<UnitDetails>;
  /** All that systemd tells of a service: its properties as such and those of its unit, by name. */
  serviceProperties(unit: ListedUnit, signal?: AbortSignal): Promise<ReadonlyMap<unknown, unknown>>;
}

/** Properties that list who depends on a unit: those of the first four stop with it. `UpheldBy` is there since 249. */
export const dependencies = ['RequiredBy', 'RequisiteOf', 'BoundBy', 'ConsistsOf', 'WantedBy', 'UpheldBy', 'TriggeredBy'] as const;

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
  const properties = async (path: string, owner: string, signal?: AbortSignal) => {
    const all = { destination: manager.destination, path, interface: 'org.freedesktop.DBus.Properties', member: 'GetAll' };
    const [values] = await bus.call({ ...all, signature: 's', body: [owner] }, { deadline: deadlines.call, signal });
    return asDictionary(values);
  };

  const disable = (unit: string, runtime: boolean) =>
    call('DisableUnitFilesWithFlags', 'ast', [[unit], unitFileFlags(runtime)], { deadline: deadlines.reload });

  async function forget(units: readonly string[], runtime: boolean): Promise<readonly string[]> {
    const refused: string[] = [];
    for (const unit of units) {
      await disable(unit, runtime).catch((error: unknown) => {
        if (!(error instanceof BusError) || error.reason !== 'reply') throw error;
        if (error.errorName !== 'org.freedesktop.systemd1.NoSuchUnit') refused.push(unit);
      });
    }
    return refused;
  }

  return {
    version: async signal => parseVersion(asText(await property(manager.path, manager.interface, 'Version', signal))),
    architecture: async signal => asText(await property(manager.path, manager.interface, 'Architecture', signal)),
    unitPath: async signal => asTexts(await property(manager.path, manager.interface, 'UnitPath', signal)),
    unitFiles: async signal =>
      asList(await call('ListUnitFiles', '', [], { deadline: deadlines.program, signal })).map(file => asText(asList(file)[0])),
    state: async () => asText(await property(manager.path, manager.interface, 'SystemState')),
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
    restart: (unit, signal) => runJob('RestartUnit', unit, signal),
    reloadUnit: (unit, signal) => runJob('ReloadUnit', unit, signal),
    needsReload: async ({ object }, signal) => (await property(object, unitInterface, 'NeedDaemonReload', signal)) === true,
    resetFailed: async unit => {
      await call('ResetFailedUnit', 's', [unit]).catch(unless('org.freedesktop.systemd1.NoSuchUnit'));
    },
    enable: async (files, runtime) => {
      await call('EnableUnitFilesWithFlags', 'ast', [files, unitFileFlags(runtime)], { deadline: deadlines.reload });
    },
    disable: async (units, runtime) => {
      for (const unit of units) await disable(unit, runtime).catch(unless('org.freedesktop.systemd1.NoSuchUnit'));
    },
    forget,
    enabledAmong: async (units, signal) => {
      const isEnabled = async (unit: string): Promise<boolean> => {
        const state = call('GetUnitFileState', 's', [unit], { signal });
        // one that it cannot read, or that was never reloaded, is not told
        return /^enabled/.test(asText((await state.catch(unlessReply)) ?? ''));
      };
      const states = await Promise.all(units.map(isEnabled));
      return units.filter((_unit, i) => states[i]);
    },
    clean: async (unit, what) => {
      const cleaning = call('CleanUnit', 'sas', [unit, what], { deadline: deadlines.job });
      await cleaning.catch(unless('org.freedesktop.systemd1.NothingToClean', 'org.freedesktop.systemd1.NoSuchUnit'));
    },
    dependents: async ({ object }, signal) => {
      const known = await properties(object, unitInterface, signal);
      return new Map(dependencies.map(name => [name, known.has(name) ? asTexts(known.get(name)) : []]));
    },
    listUnits: async (names, signal) => (names.length === 0 ? [] : asUnits(await call('ListUnitsByNames', 'as', [names], { signal }))),
    findUnits: async (patterns, signal) =>
      patterns.length === 0 ? [] : asUnits(await call('ListUnitsByPatterns', 'asas', [[], patterns], { signal })),

    details: ({ name, object }, signal) => detailsOf(name, (owner, key) => property(object, owner, key, signal)),
    serviceProperties: async ({ object }, signal) => {
      const both = await Promise.all([unitInterface, serviceInterface].map(owner => properties(object, owner, signal)));
      return new Map(both.flatMap(map => [...map]));
    },
  };
}

/** Flags of portablectl for unit files: 1 for this boot, 4 below `system.attached`. */
function unitFileFlags(runtime: boolean): bigint {
  return runtime ? 5n : 4n;
}

/** Lets these errors pass as if nothing had happened. */
function unless(...names: readonly string[]): (error: unknown) => undefined {
  return error => {
    if (!(error instanceof BusError) || !names.includes(error.errorName ?? '')) throw error;
  };
}

/** Lets whatever the manager refuses pass as if nothing had been said. */
function unlessReply(error: unknown): undefined {
  if (!(error instanceof BusError) || error.reason !== 'reply') throw error;
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
