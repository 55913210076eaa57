/** What is refused on real hosts, and how that is told: before anything is changed, or with everything undone. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'forky'];
const service = (lines: string) => `[Unit]\nDescription=Test\n[Service]\n${lines}\n`;

describeOnHosts('what a host refuses', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  function on(suite: Suite): { lab: LabHost; host: Host } {
    const lab = laboratory.labOf(suite);
    return { lab, host: laboratory.host(lab, 'container') };
  }
  const image = (suite: Suite, name: string, units: Readonly<Record<string, string>>, osRelease?: string): ImageFacts =>
    makeTree(join(laboratory.directory, suite, name), units, osRelease);
  const attach = (host: Host, facts: ImageFacts, profile = 'default') =>
    host.attachAndStart(facts, { ...forTesting, profile }, quietProgress());

  test.each(suites)('%s: an image whose units have other names', async suite => {
    const { lab, host } = on(suite);
    const failure = await failureOf(attach(host, image(suite, 'misfit_1', { 'other.service': service('ExecStart=/bin/sh') })));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`Attaching misfit_1 on ${lab.name}: portabled found no unit`),
    });
    expect(failure.advice).toContain('hello-');
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: an image without os-release', async suite => {
    const { lab, host } = on(suite);
    const failure = await failureOf(attach(host, image(suite, 'blank_1', tickingUnits('blank'), '')));
    expect(failure.kind).toBe('refused');
    expect(failure.message).toContain(`Attaching blank_1 on ${lab.name}: `);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: a unit that the host has', async suite => {
    const { lab, host } = on(suite);
    const failure = await failureOf(attach(host, image(suite, 'dbus_1', tickingUnits('dbus'))));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: `Attaching dbus_1 on ${lab.name}: the host has a unit of that name already, or it still runs.`,
    });
    expect(failure.detail).toContain('dbus.service');
    expect(await leftOn(lab)).toEqual([]);
  });

  test('a profile that the host does not know', async () => {
    const { lab, host } = on('forky');
    const failure = await failureOf(attach(host, image('forky', 'profiled_1', tickingUnits('profiled')), 'lenient'));
    expect(failure).toMatchObject({ kind: 'refused', advice: 'Choose one that it has: default, nonetwork, strict, trusted.' });
    expect(await failureOf(attach(host, image('forky', 'profiled_2', {}), '../trusted'))).toMatchObject({ kind: 'refused' });
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: a service that cannot start stays attached, and is named with its result', async suite => {
    const { lab } = on(suite);
    const host = laboratory.host(lab, 'container', { deadlines: { ...defaultDeadlines, settle: 2000 } }); // on a machine under load
    const facts = image(suite, 'broken_1', {
      'broken.service': service('ExecStart=/bin/missing'),
      'broken-fine.service': service('ExecStart=/bin/busybox sleep 1000'),
    });
    const failure = await failureOf(attach(host, facts));
    expect(failure).toMatchObject({ kind: 'failed-to-start', advice: expect.stringContaining('Put it into the image') });
    expect(failure.message).toContain(`broken_1 is attached on ${lab.name}, but did not start. `);
    expect(failure.message).toContain('broken.service: its program /bin/missing is not in the image.');
    expect(failure.detail).toContain('broken.service (exit-code, 203)');
    expect(await host.imageState(facts)).toMatchObject({
      attached: true,
      units: expect.arrayContaining([expect.objectContaining({ name: 'broken.service', active: 'failed', result: 'exit-code' })]),
    });
    await host.detach(facts, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
    expect((await lab.run('systemctl', '--failed', '--no-legend')).stdout).not.toContain('broken');
  });

  test.each(suites)('%s: the same image as directory and as raw, one at a time', async suite => {
    const { lab, host } = on(suite);
    const tree = image(suite, 'twin_1', tickingUnits('twin'));
    const raw = await packTree(tree);
    await attach(host, tree);
    const failure = await failureOf(attach(host, raw));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /portabled would take it for the same image as \/run\/portables\/\.#versions\/twin_1_[0-9a-f]{8}-[^,]*,/,
      ),
    });
    expect(await failureOf(host.detach(raw, quietProgress()))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('twin_1 is not attached there'),
    });
    expect(await host.imageState(tree)).toMatchObject({ attached: true, running: true });
    await host.detach(tree, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });

  test('252 would detach what only begins with the name; 262 would not', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const suite of suites) {
      const { lab, host } = on(suite);
      const longer = image(suite, 'web-api_1', tickingUnits('web-api'));
      const shorter = image(suite, 'web_1', { 'web.service': service('ExecStart=/bin/busybox sleep 1000') });
      await attach(host, longer);
      outcomes[suite] = await attach(host, shorter).then(
        () => 'attached',
        failure => failure.kind,
      );
      if (outcomes[suite] === 'attached') await host.detach(shorter, quietProgress());
      expect(await host.imageState(longer), suite).toMatchObject({ attached: true, running: true });
      await host.detach(longer, quietProgress());
      expect(await leftOn(lab)).toEqual([]);
    }
    expect(outcomes).toEqual({ bookworm: 'refused', forky: 'attached' });
  });

  test('an image attached by portablectl itself is left alone', async () => {
    const { lab, host } = on('forky');
    const own = image('forky', 'foreign_1', tickingUnits('foreign'));
    await cp(own.path, `/proc/${lab.leader()}/root/run/elsewhere/foreign_2`, { recursive: true, verbatimSymlinks: true });
    await lab.run('portablectl', 'attach', '--runtime', '/run/elsewhere/foreign_2');
    const failure = await failureOf(attach(host, own));
    expect(failure).toMatchObject({ kind: 'refused', advice: expect.stringContaining('portablectl detach /run/elsewhere/foreign_2') });
    expect(await host.imageState(own)).toEqual({ attached: false });
    await lab.run('portablectl', 'detach', '--runtime', '/run/elsewhere/foreign_2');
  });

  test('a host without portabled', async () => {
    const { lab } = on('bookworm');
    const hidden = '/usr/share/dbus-1/system-services/org.freedesktop.portable1.service';
    await lab.run(
      'sh',
      '-c',
      `systemctl stop systemd-portabled; mv ${hidden} /root/; busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig`,
    );
    const host = laboratory.host(lab, 'ssh');
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', portabled: false });
    const failure = await failureOf(attach(host, image('bookworm', 'lone_1', tickingUnits('lone'))));
    expect(failure).toMatchObject({ kind: 'no-portabled', advice: expect.stringContaining('systemd-container') });
    await lab.run(
      'sh',
      '-c',
      `mv /root/${hidden.split('/').at(-1)} ${hidden}; busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig`,
    );
    expect(await leftOn(lab)).toEqual([]);
  });
});
