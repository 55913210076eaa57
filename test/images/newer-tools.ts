/** Newer tools than those of this machine: from Debian's next release, unpacked into a small tree of their own that is kept. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { must } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import { run } from './samples.ts';

const keptDays = 30;

/** The path of a tree with such packages of forky, made when there is none of the last 30 days (half a minute, 100 MB). */
export async function ensureNewerTools(packages: readonly string[]): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'portable-services', 'newer-tools');
  const tree = join(folder, packages.join('+'));
  if (existsSync(tree) && Date.now() - statSync(tree).mtimeMs < keptDays * 86_400_000) return tree;
  await installTools([
    { probe: 'mmdebstrap', package: 'mmdebstrap' },
    { probe: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  ]);
  mkdirSync(folder, { recursive: true });
  const fresh = `${tree}.${process.pid}`;
  const apt = ['Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', 'Acquire::Retries "3"'].map(
    option => `--aptopt=${option}`,
  );
  try {
    // only unpacked: the tools and their libraries need no more
    const include = `--include=${packages.join()}`;
    await must('mmdebstrap', ['--variant=extract', include, ...apt, '--dpkgopt=path-exclude=/usr/share/*', 'forky', fresh]);
    for (const name of ['lib', 'lib64']) if (!existsSync(join(fresh, name))) symlinkSync(`usr/${name}`, join(fresh, name));
    mkdirSync(join(fresh, 'work'));
    run('touch', [fresh]);
    rmSync(tree, { recursive: true, force: true });
    renameSync(fresh, tree);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return tree;
}

/** Runs a program of such a tree, to which a folder is `/work`. Throws with what it said. */
export function runNewer(tree: string, folder: string, program: string, args: readonly string[]): void {
  // in a mount that ends with the command: there is no shell in the tree
  const script = 'mount --bind "$1" "$2/work" && cd "$2" && shift 2 && exec chroot . "$@"';
  run('unshare', ['--mount', 'bash', '-c', script, 'newer', folder, tree, program, ...args]);
}
