/** Hearing from a host that something changed, without asking again and again. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Suite } from '../../lab/hosts.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'forky'];
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describeOnHosts('listening to a host', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  test.concurrent.each(suites)('%s: hears what others do, is not woken by its own questions', async suite => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'container');
    const image = makeTree(join(laboratory.directory, suite, 'heard_1'), tickingUnits('heard'));
    await host.attachAndStart(image, forTesting, quietProgress());
    let heard = 0;
    const listener = host.onDidChange(() => heard++);
    await wait(1000); // what the attach itself still stirs up

    heard = 0;
    await host.imageState(image);
    await wait(500);
    await host.imageState(image);
    await wait(500);
    expect(heard, 'events from asking').toBe(0);

    for (const change of [
      ['stop', 'heard.service'],
      ['start', 'heard@one.service'],
      ['kill', '--signal=KILL', 'heard@one.service'],
      ['daemon-reload'],
    ] as const) {
      heard = 0;
      await lab.run('systemctl', ...change);
      await until(() => heard > 0, `an event of ${change.join(' ')}`);
      await wait(300);
    }
    expect(await host.imageState(image)).toMatchObject({
      units: expect.arrayContaining([
        expect.objectContaining({ name: 'heard.service', active: 'inactive' }),
        expect.objectContaining({ name: 'heard@one.service', active: 'failed', result: 'signal' }),
      ]),
    });

    listener.dispose();
    await wait(300);
    heard = 0;
    await lab.run('systemctl', 'start', 'heard.service');
    await wait(500);
    expect(heard, 'events after the listener went').toBe(0);
    await host.detach(image, quietProgress());
  });
});
