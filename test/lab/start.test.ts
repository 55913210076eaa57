import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { whyNoHosts } from '../../lab/hosts.ts';
import { names, processesOf, tracesOfHost } from './traces.ts';

const root = join(import.meta.dirname, '../..');
// every temporary file of the runs lies here, and so can be seen
const temporary = mkdtempSync(join(tmpdir(), 'start-test-'));
const started: ChildProcess[] = [];

interface Running {
  readonly child: ChildProcess;
  readonly host: string | undefined;
  readonly address: string;
  readonly password: string;
  readonly said: () => string;
}

/** Runs `npm start` until VS Code can be opened. */
async function start(...args: string[]): Promise<Running> {
  const env = { ...process.env, TMPDIR: temporary, DISPLAY: '', WAYLAND_DISPLAY: '' };
  const child = spawn(process.execPath, ['scripts/with-node24.mjs', 'scripts/start.ts', ...args], { cwd: root, env, detached: true });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      said += text;
    });
  const find = (pattern: RegExp): string | undefined => pattern.exec(said)?.[1];
  while (!find(/Password: +(\S+)\n/)) {
    if (child.exitCode !== null) throw new Error(`it ended:\n${said}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return {
    child,
    host: find(/Throwaway host: (\S+),/),
    address: find(/(http:\/\/\S+)/) ?? '',
    password: find(/Password: +(\S+)\n/) ?? '',
    said: () => said,
  };
}

/** Sends a signal as a terminal does, to all of them, or to one. */
async function end({ child }: Running, signal: NodeJS.Signals, to: 'all' | 'one'): Promise<number | null> {
  const gone = once(child, 'close');
  if (child.pid) process.kill(to === 'all' ? -child.pid : child.pid, signal);
  const [code] = await gone;
  return code;
}

describe.skipIf(whyNoHosts())('npm start', () => {
  afterEach(async () => {
    // of a test that failed half-way
    for (const child of started.splice(0))
      if (child.pid && child.exitCode === null && child.signalCode === null) {
        process.kill(child.pid, 'SIGTERM');
        await once(child, 'close');
      }
  });
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('serves VS Code behind a password, with a host to attach to, and Ctrl-C leaves nothing', async () => {
    const running = await start();
    const { address, password, host } = running;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(password.length).toBeGreaterThanOrEqual(20);

    const login = (secret: string) =>
      fetch(`${address}login`, { method: 'POST', body: new URLSearchParams({ password: secret }), redirect: 'manual' });
    expect((await fetch(address, { redirect: 'manual' })).headers.get('location')).toMatch(/login/);
    expect((await fetch(`${address}_static/`, { redirect: 'manual' })).status).not.toBe(200);
    expect((await login('guess')).headers.get('set-cookie')).toBeNull();
    const cookie = (await login(password)).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    const page = await fetch(address, { headers: { cookie } });
    expect(await page.text()).toContain('vscode-workbench-web-configuration');
    expect(new URL(page.url).searchParams.get('folder')).toBe(join(root, 'examples'));

    const [session = ''] = names(temporary);
    const settings = JSON.parse(readFileSync(join(temporary, session, 'user-data/Machine/settings.json'), 'utf8'));
    expect(settings['portableServices.defaultHost']).toBe(host);
    expect(names(join(temporary, session, 'extensions')).some(name => name.startsWith('portable-services.portable-services-'))).toBe(true);

    expect(await end(running, 'SIGINT', 'all')).toBe(0);
    await expectNothing(host);
  });

  test('a kill -9 is cleaned up by the next start, which a closed terminal ends as well', async () => {
    const killed = await start();
    await end(killed, 'SIGKILL', 'all');
    expect(await tracesOfHost(killed.host ?? '')).not.toEqual([]);
    expect(processesOf(temporary)).not.toEqual([]);

    const next = await start('--no-host');
    expect(next.said()).toContain(`removed the host ${killed.host}`);
    expect(await tracesOfHost(killed.host ?? '')).toEqual([]);
    expect(next.host).toBeUndefined();
    expect(names(temporary)).toHaveLength(1);

    await end(next, 'SIGHUP', 'all');
    await expectNothing(undefined);
  });

  test('ends by itself when what started it was killed', async () => {
    const running = await start('--no-host');
    await end(running, 'SIGKILL', 'one');
    await expectNothing(undefined);
  });

  async function expectNothing(host: string | undefined): Promise<void> {
    expect(processesOf(temporary)).toEqual([]);
    expect(names(temporary)).toEqual([]);
    if (host) expect(await tracesOfHost(host)).toEqual([]);
  }
});
