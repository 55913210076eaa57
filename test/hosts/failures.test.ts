/**
 * Why did it fail: what can be made to happen on real hosts. The kernel's log is not seen there, so which call was forbidden, and the steps of which only
 * the directive is named, are held against recorded journals (test/client/hosts/failures.test.ts). Memory limits cannot bite, since a container has no
 * memory controller: systemd is told of an out of memory kill as systemd-oomd tells it, which 247 does not listen to. PID 1 may always set capabilities
 * (those of AmbientCapabilities= that its container lacks it leaves out) and filters, so 218/CAPABILITIES and 228/SECCOMP are had of a user's manager
 * (test/hosts/user-scope.test.ts).
 */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';
import { bounded } from '../images/some.ts';
import { failingServices } from './failing-services.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';

const versions = suites.filter(({ systemd }) => systemd > 247 || !bounded);
const tried = versions.map(({ suite }) => suite);
/** Sockets that fail: their address is taken, they start a service that takes nothing, or one that may not start again. */
const socket = (port: string, ...lines: readonly string[]) => `[Socket]\nListenStream=127.0.0.1:${port}\n${lines.join('\n')}\n`;
const ends = (status: number) => `[Service]\nExecStart=/bin/sh -c "exit ${status}"\n`;
const failingSockets = {
  'fail-taken.socket': socket('22'),
  'fail-taken.service': ends(0),
  'fail-eager.socket': socket('7001', 'TriggerLimitBurst=2', 'TriggerLimitIntervalSec=600'),
  'fail-eager.service': ends(0),
  'fail-worn.socket': socket('7002', 'TriggerLimitBurst=1000'),
  'fail-worn.service': `[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=600\n${ends(3)}`,
};

/** Services that an out of memory killer ends, and the directive to blame. */
const hungry = [
  { unit: 'fail-hungry.service', text: '[Service]\nExecStart=/bin/sh -c "sleep 1000"\n', key: 'ExecStart' },
  { unit: 'fail-limited.service', text: '[Service]\nMemoryMax=1G\nExecStart=/bin/sh -c "sleep 1000"\n', key: 'MemoryMax' },
];

/** Those that a version can be asked. */
const failingOn = (systemd: number) => Object.entries(failingServices).filter(([, { from = 0 }]) => from <= systemd);
const place = '/var/lib/portables';
const image = `${place}/fail_1`;
const nameOf = (what: string) => `fail-${what}.service`;
const unitText = (text: string) => (text.startsWith('[') ? `${text}\n` : `[Service]\n${text}\n`);

describeOnHosts('why a service failed', () => {
  let laboratory: Laboratory;
  const hosts = new Map<Suite, Host>();
  beforeAll(async () => {
    laboratory = await openLaboratory(tried);
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
    makeTree(directory, {
      ...failingSockets,
      ...Object.fromEntries(hungry.map(({ unit, text }) => [unit, text])),
      ...Object.fromEntries(failingOn(lab.systemd).map(([what, { text }]) => [nameOf(what), unitText(text)])),
    });
    const write = (path: string, text: string): void => {
      mkdirSync(join(directory, 'usr/bin'), { recursive: true });
      writeFileSync(join(directory, path), text, { mode: 0o755 });
    };
    write('usr/bin/script', '#!/usr/bin/python9\n');
    write('usr/bin/garbage', '\u0001\u0002garbage');
    copyFileSync('/bin/true', join(directory, 'usr/bin/dynamic'));
    chmodSync(join(directory, 'usr/bin/dynamic'), 0o755);
    await lab.run('touch', ...['/var/lib', '/var/cache', '/var/log', '/run'].map(directory => `${directory}/blocked`));
    writeFileSync(join(lab.root, 'etc/pam.d/refusing'), 'account required pam_deny.so\n');
    await packTree(
      makeTree(join(lab.root, place, 'packed_1'), {
        'packed.service': unitText('StateDirectory=packed\nExecStart=/bin/sh -c "sleep 1000"'),
      }),
    );
    await lab.run('sh', '-c', `chmod 755 ${place}; rm -r ${place}/packed_1`);
    const host = laboratory.host(lab, 'container');
    hosts.set(suite, host);
    await host.onHost.attach(image, { ...forTesting, profile: 'trusted', start: false }, quietProgress());
    const names = failingOn(lab.systemd).map(([what]) => nameOf(what));
    for (const name of names) await lab.run('systemctl', 'start', '--no-block', name);
    await until(async () => (await stateOf(lab, nameOf('long'))) === 'failed', 'the last one to fail', 30);
    await until(async () => (await lab.run('test', '-e', '/run/fail-stubborn')).code === 0, 'the stubborn one to be deaf', 30);
    await lab.run('systemctl', 'stop', nameOf('stubborn'));
    await until(
      async () => !/^(?:activating|deactivating)/m.test((await lab.run('systemctl', 'show', '-P', 'ActiveState', ...names)).stdout),
      'everything to settle',
      30,
    );
  }

  const stateOf = async (lab: LabHost, name: string) => (await lab.run('systemctl', 'show', '-P', 'ActiveState', name)).stdout.trim();

  test.each(versions.flatMap(({ suite, systemd }) => failingOn(systemd).map(([what, failing]) => ({ suite, what, ...failing }))))(
    '$suite: $what',
    async ({ suite, what, says, key }) => {
      const failure = await on(suite).host.units.explain(nameOf(what));
      expect(failure?.message).toContain(`${nameOf(what)}: `);
      expect(failure?.message).toContain(says);
      expect(failure?.advice).toMatch(/\.$/);
      expect(failure?.blame?.key).toBe(key);
    },
  );

  test.each(versions.filter(({ systemd }) => systemd > 247).flatMap(({ suite }) => hungry.map(service => ({ suite, ...service }))))(
    '$suite: $unit is ended because memory ran out',
    async ({ suite, unit, key }) => {
      const { host, lab } = on(suite);
      const show = async (property: string) => (await lab.run('systemctl', 'show', '-P', property, unit)).stdout.trim();
      await lab.run('systemctl', 'start', unit);
      const group = `/proc/${lab.leader()}/root/sys/fs/cgroup${await show('ControlGroup')}`;
      await must('setfattr', ['-n', 'user.oomd_ooms', '-v', '1', group]); // as systemd-oomd does before it kills
      await lab.run('systemctl', 'kill', '--signal=KILL', unit);
      await until(async () => (await show('Result')) === 'oom-kill', `${unit} to be ended`, 30);
      const failure = await host.units.explain(unit);
      expect(failure).toMatchObject({ message: `${unit}: it was ended because memory ran out.`, blame: { key } });
    },
  );

  test.each(tried)('%s: sockets', async suite => {
    const { host, lab } = on(suite);
    await lab.run('systemctl', 'start', 'fail-taken.socket', 'fail-eager.socket', 'fail-worn.socket');
    for (const port of [7001, 7002]) await lab.run('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; sleep 0.1`);
    const told = async (name: string, says: string): Promise<void> => {
      await until(async () => (await stateOf(lab, name)) === 'failed', `${name} to fail`, 30);
      expect((await host.units.explain(name))?.message).toContain(says);
    };
    await told('fail-taken.socket', 'it could not listen on 127.0.0.1:22: Address already in use');
    await told('fail-eager.socket', 'it started its service too often in a short time');
    await told('fail-worn.socket', 'the service that it starts failed too often');
    await told('fail-worn.service', 'ended with status 3');
  });

  test.each(tried)('%s: a read-only image without a mount point says which, when it is attached', async suite => {
    const { lab } = on(suite);
    const host = laboratory.host(lab, 'container', { deadlines: { ...defaultDeadlines, settle: 2000 } }); // on a machine under load
    const path = `${place}/packed_1.raw`;
    const failure = await failureOf(host.onHost.attach(path, { ...forTesting, profile: 'trusted' }, quietProgress()));
    expect(failure).toMatchObject({ kind: 'failed-to-start', failures: [{ unit: 'packed.service', blame: { key: 'StateDirectory' } }] });
    expect(failure.message).toContain('/var/lib/packed');
    expect(failure.message).toContain(`${path} is attached on ${lab.name}, but did not start.`);
  });

  test.each(tried)('%s: what is done to units is awaited, and told when it fails', async suite => {
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
