/** Start and stop jobs: queued by a call, ended by a signal. */

import type { Clock, Deadlines } from '../clock.ts';
import type { Bus } from './bus.ts';
import { BusError } from './bus-error.ts';
import { systemdManager as manager } from './names.ts';
import { asText } from './values.ts';

/** The result of a job that we do not wait for any longer: systemd still works at it, as the unit's own timeouts allow. */
export const unfinished = 'unfinished';

/** Runs jobs on a bus: queues `StartUnit`, `StopUnit`, `RestartUnit` or `ReloadUnit` and resolves with the job's
 * result, at the deadline with `unfinished`. Rejects with a BusError when the bus or the signal ends first, or the host does not answer. */
export function jobsOn(
  bus: Bus,
  deadlines: Deadlines,
  clock: Clock,
): (method: 'StartUnit' | 'StopUnit' | 'RestartUnit' | 'ReloadUnit', unit: string, signal?: AbortSignal) => Promise<string> {
  const isThere = (job: string): Promise<unknown> => {
    const get = { destination: manager.destination, path: job, interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
    return bus.call({ ...get, signature: 'ss', body: ['org.freedesktop.systemd1.Job', 'State'] }, { deadline: deadlines.call });
  };
  return async (method, unit, signal) => {
    const results = new Map<string, string>(); // a job may end before the answer that names it is read
    let notice = (): void => {};
    const match = { sender: manager.destination, path: manager.path, interface: manager.interface, member: 'JobRemoved' };
    const subscription = await bus.subscribe(
      match,
      ({ body }) => {
        const [, job, , result] = body;
        if (typeof job === 'string' && typeof result === 'string') results.set(job, result);
        notice();
      },
      { deadline: deadlines.call },
    );
    try {
      const [job] = await bus.call(
        { ...manager, member: method, signature: 'ss', body: [unit, 'replace'] },
        { deadline: deadlines.call, signal },
      );
      const path = asText(job);
      return await new Promise<string>((resolve, reject) => {
        const settle = (then: () => void): void => {
          stop();
          closed.dispose();
          signal?.removeEventListener('abort', aborted);
          then();
        };
        const aborted = (): void => settle(() => reject(new BusError('cancelled', `${method} ${unit} was cancelled`)));
        const late = new BusError('timeout', `the job of ${unit} did not end within ${deadlines.job / 1000} s`);
        const stop = clock.after(deadlines.job, () =>
          isThere(path).then(
            () => settle(() => resolve(unfinished)),
            () => settle(() => reject(late)),
          ),
        );
        const closed = bus.onClosed(error => settle(() => reject(error)));
        signal?.addEventListener('abort', aborted);
        notice = () => {
          const result = results.get(path);
          if (result !== undefined) settle(() => resolve(result));
        };
        if (bus.closedBy) settle(() => reject(bus.closedBy));
        else if (signal?.aborted) aborted();
        else notice();
      });
    } finally {
      subscription.dispose();
    }
  };
}
