/**
 * Why did it fail: each row of the tables made to happen on real hosts. Memory limits cannot bite there and the kernel's log is not seen, so that
 * running out of memory, and which call was forbidden, are only held against recorded journals (test/client/hosts/failures.test.ts).
 */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach-options.ts';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import { failingServices } from './failing-services.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'trixie', 'forky'];
const place = '/var/lib/portables';
const image = `${place}/fail_1`;
const nameOf = (what: string) => `fail-${what}.service`;
const unitText = (text: string) => (text.startsWith('[') ? `${text}\n` : `[Service]\n${text}\n`);

describeOnHosts('why a service failed', () => {
  let laboratory: Laboratory;
  const hosts = new Map<Suite, Host>();
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    await Promise.all([...laboratory.hosts].map(([suite, lab]) => prepare(suite, lab)));
  }, 240_000);
  afterAll(() => laboratory?.close());

  function on(suite: Suite): { host: Host; lab: LabHost } {
    const [host, lab] = [hosts.get(suite), laboratory.hosts.get(suite)];
    if (!host || !lab) throw new Error(`${suite} was not booted`);
    return { host, lab };
  }

  /** Attaches the image, starts everything at once, and waits until all has failed. */
  async function prepare(suite: Suite, lab: LabHost): Promise<void> {
    const directory = join(lab.root, image);
    makeTree(directory, Object.fromEntries(Object.entries(failingServices).map(([what, { text }]) => [nameOf(what), unitText(text)])));
    const write = (path: string, text: string): void => {
      mkdirSync(join(directory, 'usr/bin'), { recursive: true });
      writeFileSync(join(directory, path), text, { mode: 0o755 });
    };
    write('usr/bin/script', '#!/usr/bin/python9\n');
    write('usr/bin/garbage', '\u0001\u0002garbage');
    copyFileSync('/bin/true', join(directory, 'usr/bin/dynamic'));
    chmodSync(join(directory, 'usr/bin/dynamic'), 0o755);
    writeFileSync(join(lab.root, 'var/lib/blocked'), '');
    await packTree(
      makeTree(join(lab.root, place, 'packed_1'), {
        'packed.service': unitText('StateDirectory=packed\nExecStart=/bin/sh -c "sleep 1000"'),
      }),
    );
    await lab.run('sh', '-c', `chmod 755 ${place}; rm -r ${place}/packed_1`);
    const host = laboratory.host(lab, 'container');
    hosts.set(suite, host);
    await host.onHost.attach(image, { ...forTesting, profile: 'trusted', start: false }, quietProgress());
    const names = Object.keys(failingServices).map(nameOf);
    for (const name of names) await lab.run('systemctl', 'start', '--no-block', name);
    await until(async () => (await stateOf(lab, nameOf('long'))) === 'failed', 'the last one to fail', 30);
    await lab.run('systemctl', 'stop', nameOf('stubborn'));
    await until(
      async () => !/^(?:activating|deactivating)/m.test((await lab.run('systemctl', 'show', '-P', 'ActiveState', ...names)).stdout),
      'everything to settle',
      30,
    );
  }

  const stateOf = async (lab: LabHost, name: string) => (await lab.run('systemctl', 'show', '-P', 'ActiveState', name)).stdout.trim();

  test.each(suites.flatMap(suite => Object.entries(failingServices).map(([what, failing]) => ({ suite, what, ...failing }))))(
    '$suite: $what',
    async ({ suite, what, says, key }) => {
      const failure = await on(suite).host.units.explain(nameOf(what));
      expect(failure?.message).toContain(`${nameOf(what)}: `);
      expect(failure?.message).toContain(says);
      expect(failure?.advice).toMatch(/\.$/);
      expect(failure?.blame?.key).toBe(key);
    },
  );

  test.each(suites)('%s: a read-only image without a mount point says which, when it is attached', async suite => {
    const { lab } = on(suite);
    const host = laboratory.host(lab, 'container', { deadlines: { ...defaultDeadlines, settle: 2000 } }); // on a machine under load
    const path = `${place}/packed_1.raw`;
    const failure = await failureOf(host.onHost.attach(path, { ...forTesting, profile: 'trusted' }, quietProgress()));
    expect(failure).toMatchObject({ kind: 'failed-to-start', failures: [{ unit: 'packed.service', blame: { key: 'StateDirectory' } }] });
    expect(failure.message).toContain('/var/lib/packed');
    expect(failure.message).toContain(`${path} is attached on ${lab.name}, but did not start.`);
  });

  test.each(suites)('%s: what is done to units is awaited, and told when it fails', async suite => {
    const { lab } = on(suite);
    const host = laboratory.host(lab, 'container', { deadlines: { ...defaultDeadlines, settle: 2000 } });
    const options = { runtime: true };
    const failure = await failureOf(host.units.act('start', [nameOf('user')], options, quietProgress()));
    expect(failure.message).toBe(
      `Starting ${nameOf('user')} on ${lab.name}: ${nameOf('user')}: its user not-here does not exist on the host.`,
    );
    await host.units.act('reset-failed', [nameOf('user'), nameOf('group')], options, quietProgress());
    expect(await stateOf(lab, nameOf('user'))).toBe('inactive');
    const [running] = await host.units.act('start', [nameOf('stubborn')], options, quietProgress());
    expect(running).toMatchObject({ active: 'active', sub: 'running', mainPid: expect.any(Number) });
    const reload = await failureOf(host.units.act('reload', [nameOf('stubborn')], options, quietProgress()));
    expect(reload.message).toContain('cannot be reloaded');
    const missing = await failureOf(host.units.act('start', ['fail-none.service'], options, quietProgress()));
    expect(missing.message).toContain('systemd finds no such unit');
    expect(await host.units.attachedSince(image)).toBeGreaterThan(1_700_000_000);
    expect(await host.units.explain(nameOf('stubborn'))).toBeUndefined();
  });
});
