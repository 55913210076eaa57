/** A newer mkfs.erofs than that of this machine: from Debian's next release, in a small tree of its own that is kept. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { must } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import { run } from './samples.ts';

const keptDays = 30;

/** The path of a tree with erofs-utils of forky (1.9), nothing else; made when there is none of the last 30 days (15 s, 50 MB). */
export async function ensureNewerErofs(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'portable-services', 'erofs-utils');
  const tree = join(folder, 'forky');
  if (existsSync(tree) && Date.now() - statSync(tree).mtimeMs < keptDays * 86_400_000) return tree;
  await installTools([
    { probe: 'mmdebstrap', package: 'mmdebstrap' },
    { probe: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  ]);
  mkdirSync(folder, { recursive: true });
  for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true });
  const fresh = join(folder, `${process.pid}.new`);
  const apt = ['Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', 'Acquire::Retries "3"'].map(
    option => `--aptopt=${option}`,
  );
  // only unpacked: mkfs.erofs and its libraries need no more
  await must('mmdebstrap', ['--variant=extract', '--include=erofs-utils', ...apt, '--dpkgopt=path-exclude=/usr/share/*', 'forky', fresh]);
  for (const name of ['lib', 'lib64']) if (!existsSync(join(fresh, name))) symlinkSync(`usr/${name}`, join(fresh, name));
  mkdirSync(join(fresh, 'work'));
  run('touch', [fresh]);
  renameSync(fresh, tree);
  return tree;
}

/** Makes an image of a directory with it, both by their names in a folder. Throws with what it said. */
export function newerMkfs(tree: string, folder: string, image: string, source: string, options: readonly string[]): void {
  // in a mount that ends with the command: there is no shell in the tree
  const script = 'mount --bind "$1" "$2/work" && tree=$2 && shift 2 && exec chroot "$tree" mkfs.erofs --quiet "$@"';
  run('unshare', ['--mount', 'bash', '-c', script, 'mkfs', folder, tree, ...options, `/work/${image}`, `/work/${source}`]);
}
