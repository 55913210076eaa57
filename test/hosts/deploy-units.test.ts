/** Deploying to real hosts: what becomes of units that are not like most. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const service = '[Service]\nExecStart=/bin/busybox sleep 1000\n';

describeOnHosts('deploying units', () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = await openLaboratory(['bullseye', 'forky']);
  });
  afterAll(() => laboratory?.close());

  /** An image of one service, with that line in [Unit]. */
  const imageOf = (name: string, line: string): ImageFacts =>
    makeTree(join(laboratory.directory, `${name}_1`), { [`${name}.service`]: `[Unit]\n${line}\n${service}` });

  test.each(['bullseye', 'forky'] as const)('%s: what enabled a template goes with it', async suite => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    const image = imageOf(`${suite}wanted`, '');
    const template = join(image.path, `usr/lib/systemd/system/${suite}wanted-at@.service`);
    const links = async () => (await leftOn(lab)).filter(path => path.includes('.wants/')).length;
    const enabled = { ...forTesting, enable: true };
    for (const away of ['the image', 'the template'] as const) {
      writeFileSync(template, `${service}[Install]\nDefaultInstance=main\nWantedBy=multi-user.target\n`);
      await host.deploy(image, enabled, quietProgress());
      expect(await links()).toBe(1);
      if (away === 'the template') {
        rmSync(template);
        await host.deploy(image, enabled, quietProgress());
        expect(await links(), away).toBe(0);
      }
      await host.detach(image, quietProgress());
      expect(await leftOn(lab), away).toEqual([]);
    }
  });

  test.each(['bullseye', 'forky'] as const)('%s: what was enabled by hand stays so, also where the new version is refused', async suite => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    const image = imageOf(`${suite}kept`, '');
    const unit = `${suite}kept.service`;
    const file = join(image.path, 'usr/lib/systemd/system', unit);
    const enableable = `${service}[Install]\nWantedBy=multi-user.target\n`;
    const isEnabled = async () => (await lab.run('systemctl', 'is-enabled', unit)).stdout.trim();
    writeFileSync(file, enableable);
    await host.deploy(image, forTesting, quietProgress());
    await host.units.act('enable', [unit], { runtime: true }, quietProgress());
    expect(await isEnabled()).toMatch(/^enabled/);
    writeFileSync(file, `${enableable}# another\n`);
    await host.deploy(image, forTesting, quietProgress());
    expect(await isEnabled(), 'another version').toMatch(/^enabled/);
    rmSync(join(image.path, 'usr/lib/os-release'));
    expect(await failureOf(host.deploy(image, forTesting, quietProgress()))).toMatchObject({ kind: 'refused' });
    expect(await isEnabled(), 'put back').toMatch(/^enabled/);
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });

  test('units that only others may start are left to them; what is required and missing is told, and keeps nothing from being attached', async () => {
    const lab = laboratory.labOf('forky');
    const host = laboratory.host(lab, 'ssh');
    const image = imageOf('asked', 'Wants=asked-part.service');
    const put = (unit: string, line: string): void =>
      writeFileSync(join(image.path, 'usr/lib/systemd/system', unit), `[Unit]\n${line}\n${service}`);
    put('asked-part.service', 'RefuseManualStart=yes');
    expect((await host.deploy(image, forTesting, quietProgress())).started).toContainEqual(
      expect.objectContaining({ name: 'asked-part.service', active: 'active' }),
    );
    writeFileSync(join(image.path, 'etc/payload'), 'second');
    expect(await failureOf(host.deploy(image, forTesting, quietProgress())), 'it runs on as it was').toMatchObject({
      kind: 'failed-to-start',
      message: expect.stringMatching(/asked-part\.service \(it refuses to be restarted\)\.$/),
    });
    put('asked-two.service', 'Requires=nowhere.service');
    expect(await failureOf(host.attachAndStart(image, forTesting, quietProgress()))).toMatchObject({
      kind: 'failed-to-start',
      message: expect.stringMatching(
        /asked-two\.service: it was not started, because nowhere\.service, which it requires, is missing or failed\.$/,
      ),
    });
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });
});
