/** Completes examples/hello with what git cannot hold, and packs it as examples/hello_1.0.raw. Does nothing when nothing changed. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, must } from '../lab/processes.ts';
import { canInstall, installTools, mksquashfs } from '../lab/tools.ts';

const examples = join(import.meta.dirname, '..', 'examples');
const tree = join(examples, 'hello');
const raw = join(examples, 'hello_1.0.raw');

/** Where systemd mounts something over the image; a read-only one must hold them. */
const mountPoints = [
  ['dev', 0o755],
  ['proc', 0o755],
  ['run', 0o755],
  ['sys', 0o755],
  ['tmp', 0o1777],
  ['var', 0o755],
  ['var/tmp', 0o1777],
] as const;

/** Makes the example whole. Returns what had to be left out and why, a sentence each. */
export async function completeExample(log: (line: string) => void = () => {}): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [path, mode] of mountPoints) {
    const directory = join(tree, path);
    mkdirSync(directory, { recursive: true });
    if ((lstatSync(directory).mode & 0o7777) !== mode) chmodSync(directory, mode);
  }
  makeReadable(tree);
  if (!(await placeBusybox(log)))
    missing.push(
      'examples/hello holds no busybox, so its services will not start: that takes a static one, from the Debian package busybox-static.',
    );
  if (canInstall()) await installTools([mksquashfs], log);
  if (!findProgram('mksquashfs'))
    missing.push('examples/hello_1.0.raw was not built: that takes mksquashfs, from the package squashfs-tools.');
  else if (!existsSync(raw) || lastChange(tree) >= lstatSync(raw).mtimeMs) await pack(log);
  return missing;
}

/** Lets every user of the image read it, however strict the umask of the checkout was: its services do not run as root. */
function makeReadable(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  const wanted = stat.mode | (stat.mode & 0o100 ? 0o555 : 0o444);
  if (wanted !== stat.mode) chmodSync(path, wanted & 0o7777);
  if (stat.isDirectory()) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

/** Packs the tree as root would own it, with the same bytes for the same content. */
async function pack(log: (line: string) => void): Promise<void> {
  log('Building examples/hello_1.0.raw ...');
  const fresh = `${raw}.${process.pid}.new`;
  try {
    const pseudo = mountPoints.flatMap(([path, mode]) => ['-p', `${path} m ${mode.toString(8)} 0 0`]);
    const stable = ['-all-root', '-no-xattrs', '-mkfs-time', '0', '-all-time', '0', '-root-mode', '755'];
    await must('mksquashfs', [tree, fresh, '-noappend', '-no-progress', '-quiet', ...stable, ...pseudo]);
    renameSync(fresh, raw);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** The latest change of a file or directory below, its permissions included; ms since the epoch. */
function lastChange(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.ctimeMs;
  return Math.max(stat.ctimeMs, ...readdirSync(path).map(name => lastChange(join(path, name))));
}

async function placeBusybox(log: (line: string) => void): Promise<boolean> {
  const target = join(tree, 'usr/bin/busybox');
  if (isStatic(target)) return true;
  if (process.platform !== 'linux') return false;
  const installed = (): string | undefined => ['/bin/busybox', '/usr/bin/busybox'].find(isStatic);
  if (!installed() && canInstall()) await installTools([{ probe: '/nonexistent', package: 'busybox-static' }], log);
  const found = installed();
  if (found) place(found, target);
  else await fetchBusybox(target, log);
  return isStatic(target);
}

function place(source: string, target: string): void {
  const fresh = `${target}.${process.pid}.new`;
  copyFileSync(source, fresh);
  chmodSync(fresh, 0o755);
  renameSync(fresh, target);
}

/** Without root nothing can be installed, but a package can be fetched and unpacked. */
async function fetchBusybox(target: string, log: (line: string) => void): Promise<void> {
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) return;
  const directory = mkdtempSync(join(tmpdir(), 'busybox-'));
  try {
    log('Fetching the package busybox-static ...');
    await must('apt-get', ['download', 'busybox-static'], { cwd: directory });
    const [file] = readdirSync(directory).filter(name => name.endsWith('.deb'));
    if (!file) return;
    await must('dpkg-deb', ['-x', file, 'content'], { cwd: directory });
    const program = ['bin/busybox', 'usr/bin/busybox'].map(path => join(directory, 'content', path)).find(isStatic);
    if (program) place(program, target);
  } catch (error) {
    log(`The package busybox-static could not be fetched: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Whether a file is a 64-bit program that needs no interpreter: no program header of type PT_INTERP (elf(5)). */
function isStatic(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = readFileSync(path);
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return false;
  const [start, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)];
  const types = Array.from({ length: count }, (_, i) => start + i * size).map(at => (at + 4 <= file.length ? file.readUInt32LE(at) : 0));
  return types.includes(1) && !types.includes(3);
}

if (import.meta.main) for (const line of await completeExample(console.log)) console.log(line);
