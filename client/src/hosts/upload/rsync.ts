/** Copies by rsync over the ssh connection that is there already: only what differs from the version before crosses the line. */
import * as l10n from '@vscode/l10n';
import { stopped } from '../errors.ts';
import { collect, createProcessGroup } from '../transport/process.ts';
import type { SshAccess } from '../transport/transport.ts';
import { copying, hostRefused, lineBroke, notCopied, notRead } from './failures.ts';
import type { Sending } from './sending.ts';

/**
 * Both kinds are compared by content, never by time and size: a build that sets all times to one leaves both as they were. A tree goes with
 * links, ACLs, extended attributes, holes and numeric owners; security labels are the host's to give, an overlay's marks are no part of it.
 */
const treeOptions = [
  '-aHAXx',
  '--checksum',
  '--numeric-ids',
  '--delete',
  '--force',
  '--filter=-x security.selinux',
  '--filter=-x trusted.overlay.*',
] as const;

/** Put together from blocks of the version before and those that are new; a symbolic link in place of the file is left out, which the digest tells. */
const rawOptions = ['--ignore-times', '--no-whole-file'] as const;

/**
 * Bytes of a block: every one that the host has costs some ten bytes to name, every one that is new goes whole. rsync takes the root of the size;
 * with few changes in a large file, somewhat larger ones let less cross the line. At most 128 KiB, rsync's own limit.
 */
function blockSize(size: number): number {
  return Math.min(128 * 1024, Math.max(1024, Math.ceil((1.5 * Math.sqrt(size)) / 1024) * 1024));
}

/** The program and options that `transport.run` would put before rsync on the host, and rsync itself. */
const remoteProgram = (ssh: SshAccess): string => [...ssh.before, 'rsync'].join(' ');

/** The arguments of rsync for a copy. */
export function rsyncArguments(
  { image, target, seeded, size, holes, deps }: Pick<Sending, 'image' | 'target' | 'seeded' | 'size' | 'holes' | 'deps'>,
  ssh: SshAccess,
): readonly string[] {
  const directory = image.kind === 'directory';
  // as an ordinary user one reads what belongs to oneself; there it belongs to root
  const owners = deps.isRoot ? [] : ['--chown=0:0'];
  return [
    ...(directory ? [...treeOptions, ...owners] : rawOptions),
    ...(holes ? ['--sparse'] : []), // writes a KiB at a time: only where there are any
    ...(seeded && !directory ? ['--copy-dest=basis', `--block-size=${blockSize(size)}`] : []),
    '--info=progress2,stats1',
    '--no-human-readable',
    '--outbuf=N',
    `--rsync-path=${remoteProgram(ssh)}`,
    `--rsh=${ssh.command().map(quoteForRsync).join(' ')}`,
    ...deps.rsync.options,
    '--',
    directory ? `${image.path.replace(/\/+$/, '')}/` : image.path,
    `${hostWord(ssh.destination)}:${target}${directory ? '/' : ''}`,
  ];
}

/** rsync splits the words of a remote shell at blanks, and knows quotes that are doubled within themselves (its manual, under --rsh). */
function quoteForRsync(word: string): string {
  return /^[A-Za-z0-9_./:@+,=%-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

/** rsync takes no ssh:// and splits at colons; the connection is shared, so that what it then says to ssh is only a name. */
function hostWord(destination: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/.test(destination) ? destination : 'host';
}

/** Whether this machine has an rsync that knows our options: version 3.2 or later; macOS brings another program of that name. Never rejects. */
export async function hasRsync(deps: Pick<Sending['deps'], 'rsync' | 'spawn'>): Promise<boolean> {
  if (deps.rsync.program === '') return false;
  const local = createProcessGroup(deps.spawn);
  try {
    const { code, stdout } = await collect(local.start(deps.rsync.program, ['--version']));
    const version = /^rsync +version v?(\d+)\.(\d+)/.exec(stdout.toString('latin1'));
    return code === 0 && version !== null && Number(version[1]) * 100 + Number(version[2]) >= 302;
  } finally {
    await local.dispose();
  }
}

/** Bytes that are through and all of them, from what rsync prints while it works: `  1234567  12%  1.23MB/s  0:00:01`. */
export function parseProgress(printed: string): number | undefined {
  const last = [...printed.matchAll(/(\d+)\s+\d+%\s/g)].at(-1)?.[1];
  return last === undefined ? undefined : Number(last);
}

/** Exit codes that say that the two do not understand each other, or that the far one cannot be started: a stream may still do. */
const unfit: readonly (number | null)[] = [1, 2, 4, 5, 126, 127];

/** Sends the image to its temporary place; false where these two rsyncs cannot do it. Rejects with a failure. */
export async function sendByRsync(sending: Sending, ssh: SshAccess): Promise<boolean> {
  const { doing, progress, size, deps } = sending;
  const local = createProcessGroup(deps.spawn);
  const stop = (): void => void local.dispose();
  try {
    const rsync = local.start(deps.rsync.program, rsyncArguments(sending, ssh));
    rsync.stdin.end();
    let reported = 0;
    rsync.stdout.on('data', (chunk: Buffer) => {
      const done = parseProgress(chunk.toString('latin1'));
      if (done === undefined || deps.clock.now() - reported <= 200) return;
      reported = deps.clock.now();
      progress.report(copying(doing, done, size));
    });
    progress.signal.addEventListener('abort', stop);
    if (progress.signal.aborted) stop();
    const { code, stderr } = await rsync.ended;
    if (progress.signal.aborted) throw stopped(progress.signal, doing);
    if (code === 0) return true;
    if (unfit.includes(code)) return false;
    throw explainRsync(sending, code, stderr);
  } finally {
    progress.signal.removeEventListener('abort', stop);
    await local.dispose();
  }
}

/** Exit codes of rsync's manual. A failure of this side is told apart by `[sender]`. */
function explainRsync({ image, doing, deps }: Sending, code: number | null, stderr: string): Error {
  const here = stderr.split('\n').filter(line => /\[(?:sender|generator)[^\]]*\]|^rsync: (?:link_stat|opendir|readlink)/.test(line));
  if (code === 24) return notRead(doing, image.path, stderr);
  if (code === 23 && here.some(line => line.includes('[sender]'))) return notRead(doing, image.path, stderr);
  if (/No space left|Disk quota/.test(stderr)) return hostRefused(doing, deps.pool, code, stderr);
  if (code === null) return notCopied(doing, stderr || l10n.t('rsync was ended'));
  if (code === 12 || code === 10 || code === 20 || code === 30 || code === 35 || code === 255) return lineBroke(doing, stderr);
  return hostRefused(doing, deps.pool, code, stderr);
}
