/** What real hosts tell of themselves: their architecture, unit files, drop-ins and users, and that a change is heard of. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Suite } from '../../lab/hosts.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'forky'];

describeOnHosts('facts of hosts', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  test.concurrent.each(suites)('%s tells what it has, and when that changes', async suite => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'container');
    const lines = async (...program: [string, ...string[]]) => (await lab.run(...program)).stdout.split('\n').filter(line => line !== '');
    const script = `mkdir -p /etc/systemd/system/told.service.d /etc/systemd/system/told-.service.d /run/systemd/system/service.d
      printf '[Service]\\nNice=1\\n' > /etc/systemd/system/told.service.d/own.conf
      ln -s /dev/null /etc/systemd/system/told-.service.d/masked.conf
      printf '[Service]\\n' > /run/systemd/system/service.d/every.conf`;
    await lab.run('sh', '-c', script);

    const image = makeTree(join(laboratory.directory, suite, 'told_1'), tickingUnits('told'));
    await host.attachAndStart(image, forTesting, quietProgress());
    const facts = await host.facts();
    const [, architecture] = (await lab.run('systemctl', 'show', '-p', 'Architecture')).stdout.trim().split('=');
    expect(facts).toMatchObject({ name: host.name, scope: 'system', architecture });
    const listed = (await lines('systemctl', 'list-unit-files', '--no-legend', '--no-pager', '--plain')).map(line => line.split(' ')[0]);
    expect(facts.units?.map(({ name }) => name)).toEqual([...new Set(listed)].sort());
    const { hostPath } = (await host.imageState(image)) as { hostPath: string };
    expect(facts.units?.filter(unit => unit.image !== undefined)).toEqual(
      image.units.map(({ name }) => ({ name, image: hostPath })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(facts.dropIns).toEqual(
      expect.arrayContaining([
        { path: '/etc/systemd/system/told.service.d/own.conf', text: '[Service]\nNice=1\n' },
        { path: '/etc/systemd/system/told-.service.d/masked.conf', target: '/dev/null', text: '' },
        { path: '/run/systemd/system/service.d/every.conf', text: '[Service]\n' },
      ]),
    );
    expect(facts.dropIns?.filter(({ path }) => path.includes('.attached/'))).toEqual([]);
    const accounts = (database: string) => lines('sh', '-c', `getent ${database} | cut -d: -f1`);
    expect(facts.users).toEqual({ names: await accounts('passwd'), complete: true });
    expect(facts.groups).toEqual({ names: await accounts('group'), complete: true });

    let heard = 0;
    const listener = host.onDidChangeFiles(() => heard++);
    await host.imageState(image); // connected, and quiet
    await lab.run('systemctl', 'restart', 'told.service');
    await lab.run('sh', '-c', 'rm -r /etc/systemd/system/told.service.d; systemctl daemon-reload');
    await until(() => heard > 0, 'the reload');
    expect((await host.facts()).dropIns?.map(({ path }) => path)).not.toContain('/etc/systemd/system/told.service.d/own.conf');
    listener.dispose();
    await host.detach(image, quietProgress());
    expect((await host.facts()).units?.filter(unit => unit.image !== undefined)).toEqual([]);
  });
});
