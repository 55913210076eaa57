/** Over ssh without a shared connection, as from Windows, whose OpenSSH has no ControlMaster: every program connects anew. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { usualCopySettings } from '../../client/src/hosts/deploy/brought-images.ts';
import { suites } from '../../lab/hosts.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';

describeOnHosts('ssh without a shared connection', () => {
  let laboratory: Laboratory;
  let made = 0;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites.map(({ suite }) => suite));
  });
  afterAll(() => laboratory?.close());

  describe.each(suites)('systemd $systemd', ({ suite }) => {
    const on = (program = 'rsync', options: readonly string[] = []) => {
      const lab = laboratory.labOf(suite);
      const copySettings = () => ({ ...usualCopySettings, rsync: { program, options } });
      return { lab, host: laboratory.host(lab, 'ssh', { platform: 'win32', copySettings }) };
    };
    const image = (name: string) =>
      makeTree(join(laboratory.directory, `${suite}-${made++}`, name), tickingUnits(name.split('_', 1)[0] ?? ''));
    const shared = () => laboratory.sshProcesses().filter(line => line.includes('ControlMaster=auto') || / -f -N /.test(line));

    test.each(['directory', 'raw'] as const)(
      'a %s is deployed, again, rolled back and detached, its log is read, its units are operated',
      async kind => {
        const { lab, host } = on();
        const tree = image('alone_1');
        const facts = async () => (kind === 'raw' ? packTree(tree) : tree);
        expect(await host.deploy(await facts(), forTesting, quietProgress())).toMatchObject({ how: 'attached', copied: true });
        writeFileSync(join(tree.path, 'etc/round'), '2');
        const now = await facts();
        expect(await host.deploy(now, forTesting, quietProgress())).toMatchObject({ how: 'reattached', restarted: ['alone.service'] });
        expect(shared()).toEqual([]);
        expect(await heard(host)).toBe('tick');
        await host.units.act('restart', ['alone.service'], { runtime: true }, quietProgress());
        await host.units.act('stop', ['alone.service'], { runtime: true }, quietProgress());
        expect(await host.imageState(now)).toMatchObject({ attached: true });
        expect((await lab.run('systemctl', 'is-active', 'alone.service')).stdout).toBe('inactive\n');
        const [, old] = await host.versions(now);
        if (!old) throw new Error('no version is kept');
        expect(await host.rollBack(now, old, quietProgress())).toMatchObject({ how: 'reattached' });
        await host.detach(now, quietProgress());
        await host.dispose();
        expect(await leftOn(lab)).toEqual([]);
        await laboratory.noSshLeft();
      },
    );

    test.each(['rsync', ''])('cancelled while it is copied (by %j), nothing is left', async program => {
      const { lab, host } = on(program, ['--bwlimit=4m']);
      const large = image('large_1');
      writeFileSync(join(large.path, 'usr/ballast'), randomBytes(24 * 2 ** 20));
      const stop = new AbortController();
      const report = (message: string): void => void (message.startsWith('Copying') && stop.abort());
      expect((await failureOf(host.deploy(large, forTesting, { signal: stop.signal, report }))).kind).toBe('cancelled');
      await until(async () => (await leftOn(lab)).length === 0, 'the copy to go');
      const next = image('next_1');
      expect(await host.deploy(next, forTesting, quietProgress())).toMatchObject({ how: 'attached' });
      await host.detach(next, quietProgress());
      await host.dispose();
      expect(await leftOn(lab)).toEqual([]);
      await laboratory.noSshLeft();
    });

    test('a session that breaks is told, and the next action connects anew', async () => {
      const { lab, host } = on();
      await host.connect();
      await lab.run('pkill', '-KILL', '-f', 'systemd-stdio-bridge');
      await until(() => host.status.state === 'unreachable', 'the status');
      expect(await host.images()).toEqual([]);
      expect(host.status.state).toBe('connected');
      await host.dispose();
      await laboratory.noSshLeft();
    });
  });
});

/** What the service says. */
async function heard(host: Host): Promise<string | undefined> {
  const end = new AbortController();
  for await (const entry of host.logs({ units: ['alone.service'], image: 'alone_1', lines: 1 }, end.signal)) {
    end.abort();
    return entry.message;
  }
  return undefined;
}
