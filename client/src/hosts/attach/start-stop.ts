/** Starts and stops the units of an image in an order that works. */
import * as l10n from '@vscode/l10n';
import { BusError } from '../bus/bus-error.ts';
import { unfinished } from '../bus/jobs.ts';
import type { ListedUnit, Systemd } from '../bus/systemd.ts';
import type { Clock } from '../clock.ts';
import type { Progress, UnitState } from '../contract.ts';
import { unitStates } from './image-state.ts';

/** Whether a unit starts another when something happens: sockets, timers, paths. */
export const activates = (unit: string): boolean => /\.(?:socket|timer|path)$/.test(unit);

/** What units are started with. */
export interface Starting {
  readonly clock: Clock;
  /** Milliseconds after which services are looked at: systemd calls one started before its program is known to run. */
  readonly settle: number;
  readonly progress: Progress;
  /** What is done in that time. */
  readonly meanwhile?: () => Promise<void>;
}

/**
 * Starts units and waits for their jobs. `portablectl attach --now` starts every unit in no order, so that a socket may fail because its
 * service runs already, and a timer's job runs at once; here sockets, timers and paths go first, and what they start is left to them.
 * Returns the states, and for each unit that failed a word on why. Rejects with a BusError when that cannot be found out.
 */
export async function startUnits(
  systemd: Systemd,
  units: readonly string[],
  { clock, settle, progress, meanwhile }: Starting,
): Promise<{ readonly states: readonly UnitState[]; readonly failed: readonly string[] }> {
  const { signal } = progress;
  const listed = await systemd.listUnits(units, signal);
  const details = await Promise.all(listed.filter(({ name }) => activates(name)).map(unit => systemd.details(unit, signal)));
  const triggered = new Set(details.flatMap(({ triggers }) => triggers));
  const toStart = units.filter(name => !triggered.has(name));
  const results = new Map<string, string>();
  for (const wave of [toStart.filter(activates), toStart.filter(name => !activates(name))]) {
    if (wave.length > 0) progress.report(l10n.t('Starting {0}', wave.join(', ')));
    await Promise.all(
      wave.map(async name => {
        await systemd.resetFailed(name);
        results.set(name, await jobResult(systemd.start(name, signal), leftToOthers));
      }),
    );
  }
  const settles = toStart.some(name => name.endsWith('.service'));
  await Promise.all([settles && pause(clock, settle, signal), meanwhile?.()]);
  const now = await systemd.listUnits(units, signal);
  const states = await unitStates(systemd, now, signal);
  return { states, failed: await failuresAmong(systemd, now, results) };
}

/** The word for a unit that only others may start, which is as it wants to be. */
const leftToOthers = 'left to others';

/** How a job ends that is no failure, if there was one: a unit that takes long to start may yet do so. */
const fine: readonly (string | undefined)[] = ['done', 'skipped', unfinished, leftToOthers, undefined];

/** Whether a unit failed, or is tried again since it did, or its job failed, which ended so. */
export const isBroken = ({ active, sub }: ListedUnit, result: string | undefined): boolean =>
  active === 'failed' || sub === 'auto-restart' || !fine.includes(result);

/**
 * How a job ended. One that systemd does not even take, because a unit that is required is missing, has failed, in its words. `refused`: what it counts as
 * where the unit says that nobody may ask for it by hand; else that is a failure of its own.
 */
export async function jobResult(job: Promise<string>, refused?: string): Promise<string> {
  try {
    return await job;
  } catch (error) {
    const name = error instanceof BusError ? error.errorName : undefined;
    if (name === 'org.freedesktop.systemd1.OnlyByDependency' && refused !== undefined) return refused;
    if (error instanceof BusError && name === 'org.freedesktop.systemd1.NoSuchUnit') return error.message;
    throw error;
  }
}

/** Of these units, those that failed or whose job did, with a word on why, each. */
export function failuresAmong(
  systemd: Systemd,
  units: readonly ListedUnit[],
  results: ReadonlyMap<string, string> = new Map(),
): Promise<readonly string[]> {
  const failed = units.filter(unit => isBroken(unit, results.get(unit.name)));
  return Promise.all(failed.map(async unit => `${unit.name} (${await why(systemd, unit, results.get(unit.name))})`));
}

/**
 * Stops units and waits until they have stopped, those first that would start others; forgets failures. `list` is asked anew before each
 * step: a timer may start its service until it is stopped itself. One that systemd refuses to stop keeps no other from being stopped; it
 * rejects with that BusError in the end if the unit still runs.
 */
export async function stopUnits(systemd: Systemd, list: () => Promise<readonly ListedUnit[]>, signal: AbortSignal): Promise<void> {
  const refused = new Map<string, BusError>();
  for (const wave of [activates, (name: string) => !activates(name)]) {
    const names = (await list()).filter(({ name, active }) => active !== 'inactive' && wave(name)).map(({ name }) => name);
    const stopping = names.map(async name => {
      try {
        if ((await systemd.stop(name, signal)) === unfinished) refused.set(name, new BusError('timeout', `${name} is still being stopped`));
      } catch (error) {
        if (!(error instanceof BusError) || error.reason !== 'reply') throw error;
        refused.set(name, error);
      }
    });
    await Promise.all(stopping);
    await Promise.all(names.filter(name => !refused.has(name)).map(name => systemd.resetFailed(name)));
  }
  if (refused.size === 0) return;
  const running = (await list()).find(({ name, active }) => refused.has(name) && active !== 'inactive' && active !== 'failed');
  if (running) throw refused.get(running.name);
}

async function why(systemd: Systemd, unit: ListedUnit, job: string | undefined): Promise<string> {
  const { result, exitStatus } = await systemd.details(unit);
  if (unit.load !== 'loaded') return unit.load;
  const reason = result !== undefined && result !== 'success' ? result : (job ?? unit.sub);
  return exitStatus === undefined ? reason : `${reason}, ${exitStatus}`;
}

/** Waits, until the signal at most. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const stop = clock.after(ms, end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
