import { expect, test } from 'vitest';
import { stopUnits } from '../../../client/src/hosts/start-stop.ts';
import type { ListedUnit, Systemd } from '../../../client/src/hosts/systemd.ts';

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
  const list = async (): Promise<readonly ListedUnit[]> =>
    ['job.service', 'job.timer', 'web.service'].map(name => ({
      name,
      load: 'loaded',
      active: active.has(name) ? 'active' : 'inactive',
      sub: '',
      object: `/unit/${name}`,
    }));
  await stopUnits(systemd as Systemd, list, new AbortController().signal);
  expect(stopped).toEqual(['job.timer', 'job.service', 'web.service']);
  expect([...active]).toEqual([]);
});
