/**
 * What a desktop VS Code does for @vscode/test-electron, done by code-server and a headless browser: runs a test suite in the extension
 * host, installs extensions, and runs a script that works the user interface (`CODE_SHIM_UI`). Ends with the exit code of the run.
 */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { addDevelopmentOptions } from './development-options.ts';
import { openSession } from './session.ts';
import { codeServerCommand, ensureBrowser, ensureCodeServer, startCodeServer, writeSettings } from './vscode.ts';

/** What a user interface script gets. */
export interface Workbench {
  /** Opens a window on the workspace, each with an extension host of its own. */
  open(): Promise<Page>;
}

const argv = process.argv.slice(2);
const values = (name: string): string[] => argv.filter(a => a.startsWith(`--${name}=`)).map(a => a.slice(name.length + 3));
const log = (line: string): void => console.error(line);
const patience = Number(process.env.CODE_SHIM_TIMEOUT_MS ?? 300_000);

const session = openSession();
const userData = values('user-data-dir')[0] ?? join(session.directory, 'user-data');
const extensions = values('extensions-dir')[0] ?? join(session.directory, 'extensions');
let context: BrowserContext | undefined;
let ending = false;

async function finish(code: number): Promise<never> {
  if (!ending) {
    ending = true;
    const serverLog = join(session.directory, 'code-server.log');
    if (code !== 0 && process.env.CODE_SHIM_TRACE && existsSync(serverLog)) log(readFileSync(serverLog, 'utf8'));
    await Promise.race([context?.browser()?.close(), new Promise(done => setTimeout(done, 3000))]).catch(() => {});
    await session.close();
    process.exit(code);
  }
  return new Promise(() => {});
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void finish(130));
const parent = process.ppid;
setInterval(() => process.ppid === parent || void finish(130), 1000).unref(); // whoever wanted the result was killed
setTimeout(() => {
  log(`no result after ${patience / 1000} s`);
  void finish(124);
}, patience).unref();

/** Where a path of this machine is for the workbench in the browser. */
const remote = (port: number, path: string) => ({ scheme: 'vscode-remote', authority: `127.0.0.1:${port}`, path: resolve(path) });

/** The suite's file, given as VS Code takes it: a file, a file without its suffix, or a directory with an index.js. */
function suiteFile(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) return join(path, 'index.js');
  return existsSync(path) ? path : `${path}.js`;
}

// VS Code's own complaints about what is not there: a network, accounts
const noise =
  /authentication provider 'github'|Creation of workbench contribution|ENOTFOUND|Resolv(ing|ed) connection token|Creating a socket|reconnection-grace-time|AccountPolicyGate|AgentHost:|Service Worker|additional builtin extensions/;

async function main(): Promise<number> {
  const entry = await ensureCodeServer({ log });
  const place = { entry, session, userData, extensions };
  mkdirSync(extensions, { recursive: true });
  if (argv.includes('--version') || argv.some(a => /^--(install|uninstall|list)-extensions?\b/.test(a))) {
    process.stdout.write(await codeServerCommand(place, ...argv.filter(a => !/^--(user-data-dir|extensions-dir)=/.test(a))));
    return 0;
  }
  if (!existsSync(join(userData, 'User', 'settings.json'))) writeSettings(userData);
  const executablePath = await ensureBrowser(log);
  if (!executablePath) throw new Error('no Chromium or Chrome was found to show VS Code in');
  const trustPrompts = process.env.CODE_SHIM_TRUST !== undefined;
  const [server, browser] = await Promise.all([
    startCodeServer({ ...place, trustPrompts }),
    chromium.launch({
      executablePath,
      chromiumSandbox: false,
      args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    }),
  ]);
  void server.ended.then(said => {
    if (!ending) log(`code-server ended early:\n${said}`);
    void finish(1);
  });
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const tests = values('extensionTestsPath')[0];
  const development = {
    extensions: values('extensionDevelopmentPath').map(p => remote(server.port, p)),
    ...(tests && { extensionTestsPath: remote(server.port, suiteFile(tests)) }),
  };
  const result = new Promise<number>(done => void expose(context, done, tests !== undefined));
  const folder = argv.find(a => !a.startsWith('-'));
  const query = new URLSearchParams({
    ...(folder ? { [folder.endsWith('.code-workspace') ? 'workspace' : 'folder']: resolve(folder) } : { ew: 'true' }),
    payload: JSON.stringify([
      ['skipWelcome', 'true'],
      ['skipReleaseNotes', 'true'],
    ]),
  });
  const open = async (): Promise<Page> => {
    const page = await browserContext().newPage();
    await page.addInitScript(addDevelopmentOptions, development);
    page.on('crash', () => {
      log('the page of VS Code crashed');
      void finish(1);
    });
    await page.goto(`http://127.0.0.1:${server.port}/?${query}`);
    return page;
  };
  const script = process.env.CODE_SHIM_UI;
  if (!script) {
    await open();
    return result;
  }
  const { default: work } = await import(pathToFileURL(resolve(script)).href);
  await work({ open } satisfies Workbench);
  return 0;
}

function browserContext(): BrowserContext {
  if (!context) throw new Error('the browser has not started');
  return context;
}

/** Gives the workbench the two functions by which it reports a test run, and tells its end. */
async function expose(to: BrowserContext | undefined, done: (code: number) => void, suite: boolean): Promise<void> {
  let closed = false;
  await to?.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const text = format(...args);
    closed ||= /^\s*\d+ (passed|passing)\b/m.test(text);
    if (!noise.test(text)) (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${text}\n`);
  });
  await to?.exposeFunction('codeAutomationExit', (code: unknown) => {
    // VS Code says 0 even when the extension host died: a 0 counts only after the closing line of the test runner
    const died = suite && code === 0 && !closed;
    if (died) log('the extension host ended without the closing line of the test runner');
    done(died || typeof code !== 'number' ? 1 : code);
  });
}

main()
  .catch(error => {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  })
  .then(finish);
