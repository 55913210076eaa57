/** What a log shows on real hosts: of one unit, of an image, from some urgency on, since the attach; of the system's units, and of a user's. */
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { LogQuery } from '../../client/src/hosts/units-contract.ts';
import { suites } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';
import { startUserManager } from './user-manager.ts';
import { inside, type Ways, waysOf } from './ways.ts';

const script = (words: string) => `/bin/busybox sh -c '${words}'`;
// what ends at once may be gone before the journal knows whose it was
const units = {
  'said.service': `[Service]\nExecStart=${script('echo "<3>bad"; echo good; sleep 1000')}\nExecStop=${script('echo "<2>bye"; sleep 1')}\n`,
  'said-other.service': `[Service]\nExecStart=${script('echo other; sleep 1000')}\n`,
};

describeOnHosts('logs', () => {
  let laboratory: Laboratory;
  let ways: Ways;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites.map(({ suite }) => suite));
    ways = waysOf(laboratory);
    await startUserManager(ways.lab('forky'));
  });
  afterEach(() => ways.close());
  afterAll(() => laboratory?.close());

  const cases = [
    ...suites.map(({ suite, systemd }) => ({ suite, systemd, manager: 'system' })),
    { suite: 'forky', systemd: 262, manager: 'user' },
  ] as const;

  describe.each(cases)('systemd $systemd, of the $manager', ({ suite, manager }) => {
    const own = manager === 'user';

    function make(): ImageFacts {
      const release = `ID=said\nVERSION_ID=1\nPORTABLE_SCOPE=any\n`;
      const image = makeTree(join(laboratory.directory, `${suite}-${manager}`, 'said_1'), units, release);
      if (!own) return image;
      const place = join(image.path, 'usr/lib/systemd/user');
      mkdirSync(dirname(place), { recursive: true });
      renameSync(join(image.path, 'usr/lib/systemd/system'), place);
      return image;
    }

    /** Messages up to one that is the last; without what systemd itself says. */
    async function read(host: Host, query: Partial<LogQuery>): Promise<readonly string[]> {
      const end = new AbortController();
      const found: string[] = [];
      for await (const { message, unit, identifier } of host.logs({ units: [], lines: 1000, ...query }, end.signal)) {
        if (identifier === 'systemd') continue;
        found.push(`${unit}: ${message}`);
        if (message === 'bye') end.abort();
      }
      return found;
    }

    test('all of an image, one unit, what is urgent, and since the attach', async () => {
      const lab = ways.lab(suite);
      const User = own ? 'dev' : 'root';
      const { host } = ways.reach({ destination: ways.alias(`${User}-${suite}-${manager}`, lab, { User }), ...(own && { scope: 'user' }) });
      const image = make();
      const said = async (): Promise<string> => {
        const { hostPath } = await host.deploy(image, forTesting, quietProgress());
        const names = own ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT';
        const shown = `journalctl --no-pager -o cat ${Object.keys(units)
          .map(unit => `${names}=${unit}`)
          .join(' ')}`;
        await until(
          async () => /other/.test(await inside(lab, `${shown} | tail -n3`)) && /good/.test(await inside(lab, `${shown} | tail -n3`)),
          'all to be said',
          20,
        );
        await host.units.act('stop', ['said.service'], { runtime: true }, quietProgress());
        return hostPath;
      };
      const hostPath = await said();
      const name = hostPath.slice(hostPath.lastIndexOf('/') + 1);
      const all = Object.keys(units);
      const whole = await read(host, { image: name, units: all });
      expect([...whole].sort()).toEqual(['said-other.service: other', 'said.service: bad', 'said.service: bye', 'said.service: good']);
      expect(await read(host, { units: ['said.service'] })).toEqual(['said.service: bad', 'said.service: good', 'said.service: bye']);
      expect(await read(host, { image: name, units: all, priority: 3 })).toEqual(['said.service: bad', 'said.service: bye']);
      if (!own) expect([...(await read(host, { image: name }))].sort()).toEqual([...whole].sort());

      await host.detach(image, quietProgress());
      await new Promise(resolve => setTimeout(resolve, 1100)); // seconds are what a log can begin with
      const since = await host.units.attachedSince(await said());
      expect([...(await read(host, { image: name, units: all, since: since ?? 0 }))].sort()).toEqual([...whole].sort());
      await host.detach(image, quietProgress());
    });
  });
});
