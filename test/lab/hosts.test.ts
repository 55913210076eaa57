import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootHost, ensureTree, type LabHost, sweep, whyNoHosts } from '../../lab/hosts.ts';
import { tracesOfHost } from './traces.ts';

const own = `own-${process.pid}`;
const orphan = `orphan-${process.pid}`;

describe.skipIf(whyNoHosts())('a throwaway host', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await bootHost(own, 'trixie');
  });
  afterAll(async () => {
    if ((await tracesOfHost(own)).length > 0) await host.stop();
  });

  test('has portabled, and a PID 1 that changes with a reboot', async () => {
    expect((await host.run('portablectl', '--version')).stdout).toMatch(/^systemd 257/);
    const before = host.leader();
    await host.reboot();
    expect(host.leader()).not.toBe(before);
    expect((await host.run('systemctl', 'is-system-running')).stdout).toBe('running\n');
  });

  test('comes back after a power cut, with its files', async () => {
    await host.run('touch', '/etc/kept');
    await host.kill();
    expect(host.leader()).toBeUndefined();
    await host.start();
    expect((await host.run('test', '-e', '/etc/kept')).code).toBe(0);
  });

  test('is removed when its owner was killed, and no other is', async () => {
    await ensureTree('trixie');
    const hosts = join(import.meta.dirname, '../../lab/hosts.ts');
    const script = `const { bootHost } = await import(${JSON.stringify(hosts)}); await bootHost(${JSON.stringify(orphan)}, 'trixie'); console.log('up'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await tracesOfHost(orphan)).not.toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await sweep()).filter(line => line.includes(orphan))).toHaveLength(1);
    expect(await tracesOfHost(orphan)).toEqual([]);
    expect((await host.run('true')).code).toBe(0);
  });

  test('leaves nothing when it is stopped', async () => {
    expect(await tracesOfHost(own)).not.toEqual([]);
    await host.stop();
    expect(await tracesOfHost(own)).toEqual([]);
  });
});
