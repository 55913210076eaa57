import { expect, test } from 'vitest';
import { stopUnits } from '../../../client/src/hosts/attach/start-stop.ts';
import { BusError } from '../../../client/src/hosts/bus/bus-error.ts';
import type { ListedUnit, Systemd } from '../../../client/src/hosts/bus/systemd.ts';

/** Lists units, of which some are active. */
const listing = (names: readonly string[], active: ReadonlySet<string>) => async (): Promise<readonly ListedUnit[]> =>
  names.map(name => ({ name, load: 'loaded', active: active.has(name) ? 'active' : 'inactive', sub: '', object: `/unit/${name}` }));

test('a service that its timer starts at the last moment is stopped, too', async () => {
  const active = new Set(['job.timer', 'web.service']);
  const stopped: string[] = [];
  const systemd: Pick<Systemd, 'stop' | 'resetFailed'> = {
    stop: async name => {
      if (name === 'job.timer') active.add('job.service'); // it fired before it was stopped
      active.delete(name);
      stopped.push(name);
      return 'done';
    },
    resetFailed: async () => {},
  };
  const list = listing(['job.service', 'job.timer', 'web.service'], active);
  await stopUnits(systemd as Systemd, list, new AbortController().signal);
  expect(stopped).toEqual(['job.timer', 'job.service', 'web.service']);
  expect([...active]).toEqual([]);
});

test('one that systemd refuses to stop keeps no other running, and is told', async () => {
  const active = new Set(['a.service', 'stays.socket', 'z.service']);
  const refused = new BusError('reply', 'Operation refused', { errorName: 'org.freedesktop.systemd1.OnlyByDependency' });
  const systemd: Pick<Systemd, 'stop' | 'resetFailed'> = {
    stop: async name => {
      if (name === 'stays.socket') throw refused;
      active.delete(name);
      return 'done';
    },
    resetFailed: async () => {},
  };
  const list = listing(['a.service', 'stays.socket', 'z.service'], active);
  await expect(stopUnits(systemd as Systemd, list, new AbortController().signal)).rejects.toBe(refused);
  expect([...active]).toEqual(['stays.socket']);
});
