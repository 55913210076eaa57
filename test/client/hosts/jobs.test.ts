/** How long jobs of systemd are waited for. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startUnits, stopUnits } from '../../../client/src/hosts/attach/start-stop.ts';
import { openBus } from '../../../client/src/hosts/bus/bus.ts';
import { jobsOn, unfinished } from '../../../client/src/hosts/bus/jobs.ts';
import type { ListedUnit, Systemd } from '../../../client/src/hosts/bus/systemd.ts';
import type { Message } from '../../../client/src/hosts/bus/wire.ts';
import { defaultDeadlines, systemClock } from '../../../client/src/hosts/clock.ts';
import { type Answer, fakeBus } from './fake-bus.ts';
import { fakeClock } from './fake-clock.ts';

test.each<readonly [string, Answer, PromiseSettledResult<string>['status']]>([
  ['systemd still works at it', { signature: 'v', body: [['s', 'running']] }, 'fulfilled'],
  ['systemd knows nothing of it', { error: 'org.freedesktop.DBus.Error.UnknownObject', text: 'no such job' }, 'rejected'],
])('at the deadline of a job %s', async (_what, state, status) => {
  const clock = fakeClock();
  const answer = ({ member }: Message): Answer =>
    member === 'StartUnit' ? { signature: 'o', body: ['/job/1'] } : member === 'Get' ? state : { signature: '', body: [] };
  const { stream, calls } = fakeBus(answer);
  const bus = await openBus(stream, { uid: 0, deadline: 1000, clock });
  const job = Promise.allSettled([jobsOn(bus, defaultDeadlines, clock)('StartUnit', 'long.service')]);
  while (!calls.some(call => call.startsWith('StartUnit'))) await turn();
  for (let n = 0; n < 5; n++) await turn(); // its answer is on the way
  clock.pass(defaultDeadlines.job);
  const [ended] = await job;
  expect(ended).toMatchObject(status === 'fulfilled' ? { status, value: unfinished } : { status, reason: { reason: 'timeout' } });
  expect(bus.load).toEqual({ rules: 0, pending: 0 });
  bus.close();
});

const long: ListedUnit = { name: 'long.service', load: 'loaded', active: 'activating', sub: 'start', object: '/unit/long' };

test('a unit that takes long to start has not failed; one that takes long to stop is told', async () => {
  const systemd: Pick<Systemd, 'start' | 'stop' | 'resetFailed' | 'listUnits' | 'details'> = {
    start: async () => unfinished,
    stop: async () => unfinished,
    resetFailed: async () => {},
    listUnits: async () => [long],
    details: async () => ({ fragment: '', dropIns: [], triggers: [], result: 'success' }),
  };
  const { signal } = new AbortController();
  const starting = { clock: systemClock, settle: 0, progress: { signal, report: () => {} } };
  expect(await startUnits(systemd as Systemd, [long.name], starting)).toMatchObject({ states: [{ active: 'activating' }], failed: [] });
  await expect(stopUnits(systemd as Systemd, async () => [long], signal)).rejects.toMatchObject({
    reason: 'timeout',
    message: 'long.service is still being stopped',
  });
});
