/** A real VS Code: the desktop one where there is one, else code-server from npm; and a browser to drive it in tests. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, isAlive, must } from './processes.ts';
import type { Session } from './session.ts';
import { canInstall, installTools } from './tools.ts';

/** The VS Code that code-server 4.139.1 is built from is 1.139.1; it runs under Node 24. */
const codeServerVersion = '4.139.1';
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'portable-services', 'vscode');
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const compiler = ['g++', 'make', 'python3'].map(name => ({ probe: name, package: name }));

/** Where the desktop VS Code is: its command-line launcher and the program behind it. */
export interface DesktopCode {
  readonly launcher: string;
  readonly executable: string;
}

/** The desktop VS Code; undefined where there is none, no display, or where `code` only talks to a window on another machine. */
export function desktopCode(): DesktopCode | undefined {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const launcher = findProgram('code');
  if (!launcher || process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const real = realpathSync(launcher); // ROOT/bin/code, or Contents/Resources/app/bin/code on a Mac
  if (real.includes(`${sep}remote-cli${sep}`)) return undefined;
  const root = dirname(dirname(real));
  const executables = { darwin: join(root, '../../MacOS/Electron'), win32: join(root, 'Code.exe') } as Partial<
    Record<NodeJS.Platform, string>
  >;
  const executable = executables[process.platform] ?? join(root, 'code');
  return existsSync(executable) ? { launcher, executable } : undefined;
}

/** Why code-server cannot run here; undefined when it can. */
export function whyNoCodeServer(): string | undefined {
  return process.platform === 'win32' ? 'code-server does not run on Windows' : undefined;
}

/** The browser for tests: installed from Debian where there is none and that is possible. Undefined where there is no way. */
export async function ensureBrowser(log?: (line: string) => void): Promise<string | undefined> {
  const found = (): string | undefined => browsers.map(findProgram).find(b => b !== undefined);
  if (!found() && canInstall()) await installTools([{ probe: 'chromium', package: 'chromium' }], log);
  return found();
}

export const hasBrowser = (): boolean => canInstall() || browsers.some(b => findProgram(b) !== undefined);

export interface InstallOptions {
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Installs code-server from npm, once (about 40 s, 600 MB). Returns the path of its entry script. */
export async function ensureCodeServer({ log = () => {}, signal }: InstallOptions = {}): Promise<string> {
  const name = `code-server-${codeServerVersion}`;
  const home = join(cache, name);
  const entry = join(home, 'node_modules/code-server/out/node/entry.js');
  if (existsSync(entry)) return entry;
  log(`Installing code-server ${codeServerVersion} from npm, once (about a minute) ...`);
  mkdirSync(cache, { recursive: true });
  // of installations that were killed: the pid is the last part of the name
  for (const left of readdirSync(cache).filter(n => n.startsWith(`${name}.new.`)))
    if (!isAlive({ pid: Number(left.split('.').at(-1)) })) rmSync(join(cache, left), { recursive: true, force: true });
  const fresh = `${home}.new.${process.pid}`;
  const npm = (cwd: string, ...args: string[]): Promise<string> => runNpm(cwd, args, signal);
  try {
    mkdirSync(fresh, { recursive: true });
    writeFileSync(join(fresh, 'package.json'), '{"private":true}');
    // its own install scripts would build everything, and want a compiler: only two add-ons are worth having
    await npm(fresh, 'install', `code-server@${codeServerVersion}`);
    const code = join(fresh, 'node_modules/code-server/lib/vscode');
    if (canInstall()) await installTools(compiler, log);
    await npm(code, 'install', '--omit=dev');
    await buildAddOns(() => npm(code, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog'), log);
    signal?.throwIfAborted();
    if (!existsSync(home)) renameSync(fresh, home); // else another process was faster
  } finally {
    rmSync(fresh, { recursive: true, force: true, maxRetries: 5 });
  }
  return entry;
}

async function buildAddOns(rebuild: () => Promise<unknown>, log: (line: string) => void): Promise<void> {
  await rebuild().catch((error: unknown) => {
    const reason = String(error instanceof Error ? error.message : error).split('\n')[0];
    log(`code-server's log writer could not be built, so its output views stay empty (it takes g++, make and python3): ${reason}`);
  });
}

/** Runs npm, with install scripts only for `rebuild`, with the headers of the Node that runs this. */
function runNpm(cwd: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const own = process.env.npm_execpath;
  const [program, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  const scripts = `--ignore-scripts=${args[0] !== 'rebuild'}`;
  const env = { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)), npm_config_loglevel: 'error' };
  return must(program, [...first, ...args, scripts, '--no-fund', '--no-audit'], { cwd, env, group: true, signal });
}

type Settings = Readonly<Record<string, unknown>>;

/** What a VS Code of our own starts with: quiet, and the settings given: those of the machine, which no workspace may set, and the user's. */
export function writeSettings(userData: string, machine: Settings = {}, user: Settings = {}): void {
  const quiet = {
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'extensions.autoUpdate': false,
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'workbench.enableExperiments': false,
    'update.mode': 'none',
    // the terminals in it are the user's
    'terminal.integrated.env.linux': Object.fromEntries(
      ['TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_DATA_HOME'].map(n => [n, process.env[n] ?? null]),
    ),
  };
  // a desktop VS Code reads machine-scoped settings from the user's file, a remote one from the machine's
  for (const [folder, content] of [
    ['User', { ...quiet, ...machine, ...user }],
    ['Machine', machine],
  ] as const) {
    mkdirSync(join(userData, folder), { recursive: true });
    writeFileSync(join(userData, folder, 'settings.json'), JSON.stringify(content, null, 2));
  }
}

export interface CodeServerOptions {
  readonly entry: string;
  readonly session: Session;
  readonly userData: string;
  readonly extensions: string;
  /** Without one, anybody on this machine gets in: for tests only. */
  readonly password?: string;
  readonly folder?: string;
  readonly port?: number;
  readonly trustPrompts?: boolean;
}

export interface CodeServer {
  readonly port: number;
  /** Resolves when it has ended, with the last of what it said. */
  readonly ended: Promise<string>;
}

const base = (o: Pick<CodeServerOptions, 'entry' | 'session' | 'userData' | 'extensions'>): string[] => [
  o.entry,
  ...['--config', join(o.session.directory, 'code-server.yaml')],
  ...['--user-data-dir', o.userData],
  ...['--extensions-dir', o.extensions],
];

/** Runs code-server for its command-line side (`--install-extension`, ...) and returns what it printed. */
export const codeServerCommand = (
  o: Pick<CodeServerOptions, 'entry' | 'session' | 'userData' | 'extensions'>,
  ...args: string[]
): Promise<string> =>
  must(process.execPath, [...base(o), ...args], { env: { ...o.session.env, XDG_DATA_HOME: o.session.directory, PASSWORD: 'unused' } });

/** Starts code-server on a loopback port and waits until it answers. It ends with its session. */
export async function startCodeServer(o: CodeServerOptions): Promise<CodeServer> {
  const log = join(o.session.directory, 'code-server.log');
  const out = openSync(log, 'a');
  const args = [
    ...base(o),
    ...['--auth', o.password === undefined ? 'none' : 'password'],
    ...['--bind-addr', `127.0.0.1:${o.port ?? 0}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened'],
    ...(o.trustPrompts ? [] : ['--disable-workspace-trust']),
    ...(o.folder ? [o.folder] : []),
  ];
  const env = { ...o.session.env, XDG_DATA_HOME: o.session.directory, ...(o.password !== undefined && { PASSWORD: o.password }) };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', out, out], detached: true });
  let gone = false;
  const said = (): string => readFileSync(log, 'utf8').trim().split('\n').slice(-20).join('\n');
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', () => resolve(existsSync(log) ? said() : ''));
  });
  void ended.then(() => {
    gone = true;
  });
  for (let waited = 0; waited < 30_000 && !gone; waited += 50) {
    const port = Number(/HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(log, 'utf8'))?.[1]);
    if (port && (await answers(port))) return { port, ended };
    await sleep(50);
  }
  throw new Error(`code-server did not start:\n${said()}`);
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    r => r.ok,
    () => false,
  );
