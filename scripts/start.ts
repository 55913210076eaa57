/**
 * `npm start [-- --no-host] [--port N]`: opens VS Code on examples/ with the extension of this checkout, and on Linux as root a throwaway
 * systemd host to attach to. Everything ends with it: on Ctrl-C, SIGTERM, a closed terminal; what a `kill -9` leaves, the next start removes.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bootHost, ensureTree, installHostTools, type LabHost, sweep, whyNoHosts, writeSshConfig } from '../lab/hosts.ts';
import { findProgram, must, run } from '../lab/processes.ts';
import { openSession, type Session, sweepSessions } from '../lab/session.ts';
import { codeServerCommand, desktopCode, ensureCodeServer, startCodeServer, whyNoCodeServer, writeSettings } from '../lab/vscode.ts';
import { completeExample } from './example.ts';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');
const suite = 'trixie';
const say = (line: string): void => console.log(line);

const { values: options } = parseArgs({
  options: { 'no-host': { type: 'boolean', default: false }, port: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (options.help) {
  say('npm start [-- [--no-host] [--port N]]   --no-host: boot no throwaway host   --port: where VS Code in the browser listens');
  process.exit(0);
}

// a closed terminal must not end the cleaning up
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const cancelled = new AbortController();
const stopped = new Promise<void>(resolve => cancelled.signal.addEventListener('abort', () => resolve(), { once: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cancelled.abort());
process.once('disconnect', () => cancelled.abort()); // npm's side was killed
process.channel?.unref();

/** What has to be ended, in reverse order of its start. */
const endings: (() => Promise<void>)[] = [];

/** A name that no other start on this machine uses, the plain one where it is free. */
function hostName(): string {
  const names = ['throwaway', ...Array.from({ length: 50 }, (_, i) => `throwaway-${i + 2}`)];
  return names.find(name => !existsSync(join('/run/portable-services-lab', name))) ?? `throwaway-${process.pid}`;
}

/** The throwaway host; undefined, and said why, where there is none. */
async function throwawayHost(): Promise<LabHost | undefined> {
  const without =
    process.platform === 'linux'
      ? "the host to attach to is this machine's own portabled, or one over ssh"
      : 'add a host over ssh to attach to';
  if (options['no-host']) {
    say(`No throwaway host, as asked: ${without}.`);
    return undefined;
  }
  const reason = whyNoHosts();
  if (reason) {
    say(`No throwaway host: ${reason}. So ${without}.`);
    return undefined;
  }
  await installHostTools(say);
  const tree = await ensureTree(suite, { signal: cancelled.signal, log: say });
  cancelled.signal.throwIfAborted();
  const booting = bootHost(hostName(), suite, { tree });
  endings.push(() =>
    booting.then(
      host => host.stop(),
      () => {},
    ),
  );
  const host = await booting;
  say(`Throwaway host: ${host.name}, systemd ${host.systemd}.`);
  return host;
}

/** Machine settings that make the throwaway host the active one. It is reachable over ssh, too, by an ssh configuration of this run. */
async function hostSettings(host: LabHost | undefined, session: Session): Promise<Record<string, unknown>> {
  if (!host) return {};
  return {
    'portableServices.hosts': [{ kind: 'container', name: host.name, pidFile: host.pidFile }],
    'portableServices.defaultHost': host.name,
    'portableServices.sshConfigFile': await writeSshConfig(session.directory, [host], { includeUsers: true }),
  };
}

/** Opens the desktop VS Code with a profile of its own, so that the user's stays as it is. Resolves when its window is closed. */
async function openDesktop(launcher: string, session: Session, settings: Record<string, unknown>): Promise<void> {
  const userData = join(session.directory, 'user-data');
  writeSettings(userData, settings);
  say('VS Code opens. Close its window, or press Ctrl-C here, to end.');
  const { code, stderr } = await run(
    launcher,
    [
      ...['--new-window', '--wait', '--disable-workspace-trust'],
      ...['--user-data-dir', userData, '--extensions-dir', join(session.directory, 'extensions')],
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--extensionDevelopmentPath=${root}`,
      examples,
    ],
    { env: session.env, signal: cancelled.signal, shell: process.platform === 'win32' },
  );
  if (code !== 0 && !cancelled.signal.aborted) throw new Error(`VS Code (${launcher}) ended with exit code ${code}:\n${stderr.trim()}`);
}

/** Serves VS Code at a loopback address, behind a password made for this run. Resolves when it ends. */
async function serve(entry: string, vsix: string, session: Session, settings: Record<string, unknown>): Promise<void> {
  const userData = join(session.directory, 'user-data');
  const extensions = join(session.directory, 'extensions');
  mkdirSync(extensions);
  writeSettings(userData, settings);
  const place = { entry, session, userData, extensions };
  await codeServerCommand(place, '--install-extension', vsix);
  cancelled.signal.throwIfAborted();
  const password = randomBytes(15).toString('base64url');
  const port = options.port === undefined ? undefined : Number(options.port);
  const { port: actual, ended } = await startCodeServer({ ...place, password, folder: examples, ...(port !== undefined && { port }) });
  say(`\nVS Code:   http://127.0.0.1:${actual}/\nPassword:  ${password}\n\nCtrl-C ends it, and removes everything.`);
  const said = await Promise.race([ended, stopped]);
  if (!cancelled.signal.aborted) throw new Error(`VS Code ended:\n${said}`);
}

async function main(): Promise<void> {
  for (const line of process.platform === 'linux' && process.getuid?.() === 0 && findProgram('ip') ? await sweep() : []) say(line);
  for (const directory of await sweepSessions()) say(`removed ${directory}, left by a start that was killed`);
  const session = openSession();
  endings.push(() => session.close());
  const desktop = desktopCode();
  const reason = desktop ? undefined : whyNoCodeServer();
  if (reason) throw new Error(`There is no desktop VS Code here (no \`code\` in PATH), and ${reason}. Install VS Code and try again.`);
  const vsix = join(session.directory, 'portable-services.vsix');
  const example = completeExample(say);
  say('Building the extension ...');
  const [host, entry, missing] = await Promise.all([
    throwawayHost(),
    desktop ? undefined : ensureCodeServer({ log: say, signal: cancelled.signal }),
    example,
    must(process.execPath, desktop ? ['esbuild.mjs'] : [...process.execArgv, 'scripts/package.ts', vsix], {
      cwd: root,
      signal: cancelled.signal,
    }),
  ]);
  for (const line of missing) say(line);
  cancelled.signal.throwIfAborted();
  const settings = await hostSettings(host, session);
  if (desktop) await openDesktop(desktop.launcher, session, settings);
  else if (entry) await serve(entry, vsix, session, settings);
}

const running = main();
const outcome = await Promise.race([stopped, running]).then(
  () => undefined,
  (error: unknown) => error,
);
if (outcome !== undefined && !cancelled.signal.aborted) {
  console.error(outcome instanceof Error ? outcome.message : outcome);
  process.exitCode = 1;
}
cancelled.abort();
say('\nCleaning up ...');
// what was being installed or built ends first
await Promise.race([running, sleep(15_000, undefined, { ref: false })]).catch(() => {});
for (const end of endings.reverse()) await end().catch(error => console.error(error instanceof Error ? error.message : error));
process.exit();
