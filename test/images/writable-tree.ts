/** Runs things in a tree of a real Debian that may be written to and forgets. Needs root and Linux. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './samples.ts';

const script =
  'mount -t tmpfs none "$2" && mkdir "$2"/{up,work,root} && mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/up,workdir=$2/work" "$2/root" && mount -t proc proc "$2/root/proc" && chroot "$2/root" sh -s';

/** What a shell script prints in a writable copy of the tree. Throws where the last command of it fails. */
export function runWritable(tree: string, commands: string): string {
  const work = mkdtempSync(join(tmpdir(), 'writable-'));
  try {
    return run('unshare', ['-m', 'bash', '-c', script, 'writable', tree, work], commands);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
