/**
 * Runs the extension, from its package, in a real VS Code: the suite in the extension host, then the user interface scripts,
 * those for Restricted Mode in one that trusts nothing, and some in one whose user may not read everything.
 * usage: node test/e2e/run-e2e.ts [RESULTS [suite|ui|restricted|unprivileged]]. Leaves the counts in that file, screenshots and logs in test-artifacts/.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { bootHost, type LabHost, whyNoHosts, writeSshConfig } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';
import { openSession } from '../../lab/session.ts';
import { desktopCode, writeSettings } from '../../lab/vscode.ts';
import { completeExample } from '../../scripts/example.ts';
import { add, type Counts, fromMocha, none } from '../../scripts/results.ts';
import { type E2eInfo, variable } from './run-info.ts';

const root = join(import.meta.dirname, '..', '..');
const artifacts = join(root, 'test-artifacts');
const out = join(root, 'out', 'e2e');
const vsix = join(artifacts, 'portable-services.vsix');
const shim = join(root, 'lab', 'code-shim.mjs');
const resultFile = process.argv[2] ?? join(artifacts, 'e2e.json');

const session = openSession();
const path = (name: string): string => join(session.directory, name);
let host: LabHost | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close().then(() => process.exit(130)));

async function close(): Promise<void> {
  await host?.stop();
  host = undefined;
  await session.close();
}

/** Bundles the suite, a file for each test file; VS Code and mocha stay outside. */
async function bundle(): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const suite = readdirSync(join(import.meta.dirname, 'suite')).filter(name => name.endsWith('.test.ts'));
  await build({
    entryPoints: ['run-suite.ts', ...suite.map(name => `suite/${name}`)].map(name => join(import.meta.dirname, name)),
    outbase: import.meta.dirname,
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

/** Prepares a place that one run of VS Code uses: its settings, the package installed, a workspace of its own. */
async function place(name: string, settings: Record<string, unknown>): Promise<{ info: E2eInfo; args: string[]; env: NodeJS.ProcessEnv }> {
  const directory = path(name);
  const [userData, extensions, workspace] = ['user-data', 'extensions', 'workspace'].map(part => join(directory, part)) as [
    string,
    string,
    string,
  ];
  mkdirSync(extensions, { recursive: true });
  writeSettings(userData, settings, { 'files.autoSave': 'off' });
  cpSync(join(root, 'examples'), workspace, { recursive: true, verbatimSymlinks: true });
  const profile = [`--user-data-dir=${userData}`, `--extensions-dir=${extensions}`];
  const desktop = name === 'suite' ? desktopCode() : undefined;
  await must(desktop?.launcher ?? shim, [...profile, '--install-extension', vsix], { env: session.env });
  const info: E2eInfo = {
    workspace,
    artifacts,
    settings: join(userData, 'Machine', 'settings.json'),
    scripts: name === 'ui' ? name : `ui-${name}`,
    results: join(directory, 'results.json'),
    ...(host && { host: { name: host.name, systemd: host.systemd, pidFile: host.pidFile, ssh: aliasesOf(host) } }),
  };
  writeFileSync(join(directory, 'info.json'), JSON.stringify(info));
  return { info, args: [workspace, ...profile], env: { ...session.env, [variable]: join(directory, 'info.json') } };
}

const aliasesOf = ({ name }: LabHost) => ({ root: `${name}-root`, user: `${name}-dev`, asking: `${name}-asking` });

/** The ssh configuration for a host, and one more way to it: past a question about its key, and one for a password. */
async function sshConfig(lab: LabHost): Promise<string> {
  const config = await writeSshConfig(session.directory, [lab]);
  const lines = [
    `Host ${aliasesOf(lab).asking}`,
    `HostName ${lab.sshHost}`,
    'User dev',
    'PreferredAuthentications password',
    `UserKnownHostsFile "${path('known-by-asking')}"`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking ask',
  ];
  writeFileSync(config, `${readFileSync(config, 'utf8')}${lines.join('\n  ')}\n`);
  return config;
}

async function runSuite(settings: Record<string, unknown>): Promise<Counts> {
  await bundle();
  const { info, args, env } = await place('suite', settings);
  // VS Code wants an extension in development to test, ours is installed from its package: an empty one
  const empty = path('empty-extension');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.nls.json'), '{}');
  writeFileSync(
    join(empty, 'package.json'),
    JSON.stringify({ name: 'empty', publisher: 'test', version: '0.0.1', engines: { vscode: '*' } }),
  );
  const code = await runTests({
    vscodeExecutablePath: desktopCode()?.executable ?? shim,
    extensionDevelopmentPath: empty,
    extensionTestsPath: join(out, 'run-suite.js'),
    launchArgs: args,
    extensionTestsEnv: env,
  }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  return fromMocha(info.results, code);
}

async function runUi(settings: Record<string, unknown>, name: 'ui' | 'restricted' | 'unprivileged'): Promise<Counts> {
  const { info, args, env: plain } = await place(name, settings);
  const env = { ...plain, ...(name === 'restricted' && { CODE_SHIM_TRUST: 'asked' }) };
  // each script has its own patience
  const ui = { ...env, CODE_SHIM_UI: join(import.meta.dirname, 'run-ui.ts'), CODE_SHIM_TIMEOUT_MS: String(30 * 60_000) };
  // without this right, root reads what its mode lets it read, as any other user does
  const program =
    name === 'unprivileged' && process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];
  const [first = shim, ...rest] = [...program, shim, ...args];
  const code = await must(first, rest, { env: ui, onStderr: text => process.stderr.write(text) }).then(
    said => {
      process.stdout.write(said);
      return 0;
    },
    () => 1,
  );
  return fromMocha(info.results, code);
}

async function main(): Promise<Counts> {
  if (!existsSync(vsix)) await must(process.execPath, [...process.execArgv, join(root, 'scripts/package.ts'), vsix], { cwd: root });
  await completeExample(console.log);
  const reason = whyNoHosts();
  if (reason) console.log(`no host to attach to: ${reason}`);
  else host = await bootHost(`e2e-${process.pid}`, 'trixie');
  const settings = host
    ? {
        'portableServices.hosts': [{ kind: 'container', name: host.name, pidFile: host.pidFile }],
        'portableServices.defaultHost': host.name,
        'portableServices.sshConfigFile': await sshConfig(host),
      }
    : {};
  const only = process.argv[3];
  const counts: Counts[] = [];
  if (only === undefined || only === 'suite') counts.push(await runSuite(settings));
  if (only === undefined || only === 'ui') counts.push(await runUi(settings, 'ui'));
  // without a prompt, VS Code begins in Restricted Mode
  const untrusting = { ...settings, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' };
  const bounded = process.env.PORTABLE_SERVICES_BOUNDED === 'true';
  if (only === 'restricted' || (only === undefined && !bounded)) counts.push(await runUi(untrusting, 'restricted'));
  if (only === 'unprivileged' || (only === undefined && !bounded)) counts.push(await runUi({}, 'unprivileged'));
  return counts.reduce(add, none);
}

const counts = await main().catch((error: unknown) => {
  console.error(error);
  return { ...none, failed: 1 };
});
await close();
mkdirSync(artifacts, { recursive: true });
writeFileSync(resultFile, JSON.stringify(counts));
process.exit(counts.failed > 0 ? 1 : 0);
