/** Brings a root-owned copy of an image to a host: a stream into a hidden place beside the final name, checked, then renamed. */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { Clock } from './clock.ts';
import type { Progress } from './contract.ts';
import { type Doing, hostFailure, rightsMissing, stopped } from './errors.ts';
import { copyDirectory } from './image-state.ts';
import { collect, createProcessGroup, type Spawn } from './process.ts';
import { runToEnd } from './run-to-end.ts';
import { packArguments } from './tar.ts';
import type { RemoteProcess, Transport } from './transport.ts';

export interface UploadDeps {
  readonly transport: Transport;
  readonly spawn: Spawn;
  readonly clock: Clock;
  /** Milliseconds for each short program on the host. */
  readonly deadline: number;
  /** Whether files can be read, and given, as root here. */
  readonly isRoot: boolean;
}

/** A copy that lies on the host and is not in place yet. */
export interface Upload {
  /** Moves the copy to its final name, over what lies there. */
  commit(): Promise<void>;
  /** Removes it; nothing to do after `commit`. */
  discard(): Promise<void>;
}

/** The checks that both scripts begin with: the directory, private when we make it as /var/lib/portables is, must be root's alone. */
const prepare = `set -eu
umask 022
LC_ALL=C; export LC_ALL
d=${copyDirectory}
[ -e "$d" ] || [ -L "$d" ] || mkdir -m 0700 -- "$d"
case $(stat -c '%F:%u:%a' -- "$d") in
  directory:0:[0-7][0145][0145]) ;;
  *) echo "$d is not a directory that only root can write" >&2; exit 90;;
esac
find "$d" -maxdepth 1 -name '.#*.upload-*' -mmin +120 -exec rm -rf {} + || :
t=$d/$1
trap 'rm -rf -- "$t"' EXIT
trap 'exit 91' HUP INT TERM PIPE
mkdir -m 0700 -- "$t"
`;

/** Unpacks a tar stream. What everybody could write (a tree from a foreign file system) is closed, since root runs it. Prints the bytes read. */
const receiveTree = `${prepare}
mkdir -- "$t/image"
case $(tar --version 2>/dev/null) in
  *GNU*) tar -C "$t/image" --numeric-owner --xattrs --xattrs-include='*' --totals -xpf - 2>"$t/said" || { cat -- "$t/said" >&2; exit 92; }
    sed -n 's/^Total bytes read: \\([0-9]*\\).*/\\1/p' "$t/said"; rm -- "$t/said";;
  *) tar -C "$t/image" -xpf - || exit 92;;
esac
find "$t/image" -xdev ! -type l -perm -0002 ! -perm -1000 -exec chmod o-w {} +
trap - EXIT`;

/** Takes a file of $2 bytes. Prints its SHA-256. */
const receiveFile = `${prepare}
cat >"$t/image"
[ "$(stat -c %s -- "$t/image")" = "$2" ] || { echo 'the stream ended early' >&2; exit 92; }
chmod 0600 -- "$t/image"
sha256sum <"$t/image" | cut -c1-64
trap - EXIT`;

const commitScript = `set -eu
rm -rf -- "$2"
mv -- "$1/image" "$2"
rmdir -- "$1"`;

/** Milliseconds that the host gets to clear up by itself after a stream was cut off. */
const grace = 5000;

/** Copies an image beside its final name on the host. Rejects with a failure, and has removed what it began, when that fails or is cancelled. */
export async function uploadImage(image: ImageFacts, name: string, doing: Doing, progress: Progress, deps: UploadDeps): Promise<Upload> {
  const hidden = `.#${name}.upload-${randomBytes(4).toString('hex')}`; // portabled takes no name that begins with .#
  const temporary = `${copyDirectory}/${hidden}`;
  const remove = async (): Promise<void> => {
    await runToEnd(deps.transport, ['rm', '-rf', '--', temporary], deps);
  };
  try {
    if (image.kind === 'directory') await sendTree(image, hidden, doing, progress, deps);
    else await sendFile(image, hidden, doing, progress, deps);
    if (progress.signal.aborted) throw stopped(progress.signal, doing);
  } catch (error) {
    await remove().catch(() => {}); // the host does it itself when its end of the stream breaks
    throw error;
  }
  let here = true;
  return {
    commit: async () => {
      const { code, stderr } = await runToEnd(
        deps.transport,
        ['sh', '-c', commitScript, 'sh', temporary, `${copyDirectory}/${name}`],
        deps,
      );
      if (code !== 0) throw notCopied(doing, stderr);
      here = false;
    },
    discard: async () => {
      if (here) await remove();
      here = false;
    },
  };
}

async function sendTree(image: ImageFacts, hidden: string, doing: Doing, progress: Progress, deps: UploadDeps): Promise<void> {
  const local = createProcessGroup(deps.spawn);
  try {
    const version = await collect(local.start('tar', ['--version']));
    const tar = local.start('tar', packArguments(image.path, version.stdout.toString('utf8'), deps.isRoot));
    tar.stdin.end();
    const remote = deps.transport.run(['sh', '-c', receiveTree, 'sh', hidden]);
    const { sent, said } = await pump(tar.stdout, remote, { doing, progress, clock: deps.clock, ended: tar.ended });
    const packed = await tar.ended;
    // the host's "unexpected end" is only the echo of our own tar's failure
    if (packed.code !== 0) throw notRead(doing, image.path, packed.stderr);
    const read = said.toString('utf8').trim();
    if (read !== '' && Number(read) !== sent) throw notCopied(doing, l10n.t('{0} bytes were sent, {1} arrived', sent, read));
  } finally {
    await local.dispose();
  }
}

async function sendFile(image: ImageFacts, hidden: string, doing: Doing, progress: Progress, deps: UploadDeps): Promise<void> {
  const before = await stat(image.path).catch((error: Error) => {
    throw notRead(doing, image.path, error.message);
  });
  const hash = createHash('sha256');
  const file = createReadStream(image.path, { highWaterMark: 256 * 1024 });
  const ended = new Promise<{ code: number; stderr: string }>(resolve => {
    file.on('error', error => resolve({ code: 1, stderr: error.message }));
    file.on('close', () => resolve({ code: 0, stderr: '' }));
  });
  const remote = deps.transport.run(['sh', '-c', receiveFile, 'sh', hidden, String(before.size)]);
  const { said } = await pump(file, remote, {
    doing,
    progress,
    clock: deps.clock,
    ended,
    total: before.size,
    onChunk: chunk => hash.update(chunk),
  });
  const read = await ended;
  if (read.code !== 0) throw notRead(doing, image.path, read.stderr);
  const after = await stat(image.path);
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw notRead(doing, image.path, l10n.t('it changed meanwhile'));
  if (said.toString('utf8').trim() !== hash.digest('hex')) throw notCopied(doing, l10n.t('the copy differs from the image'));
}

interface PumpOptions {
  readonly doing: Doing;
  readonly progress: Progress;
  readonly clock: Clock;
  /** How the source ended; a failure is told as the cause, before what the host makes of the torn stream. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly total?: number;
  readonly onChunk?: (chunk: Buffer) => void;
}

/** Feeds a stream to a program on the host and waits for its end. When cancelled, the stream is cut off and the program clears up. */
async function pump(
  source: Readable,
  remote: RemoteProcess,
  options: PumpOptions,
): Promise<{ readonly sent: number; readonly said: Buffer }> {
  const { doing, progress, clock, ended, total, onChunk } = options;
  const said = collectOutput(remote);
  let sent = 0;
  let reported = 0;
  let finished = false;
  const cutOff = (): void => {
    source.destroy();
    remote.stdin.end();
    clock.after(grace, () => {
      if (!finished) remote.kill();
    });
  };
  progress.signal.addEventListener('abort', cutOff);
  if (progress.signal.aborted) cutOff();
  source.on('data', (chunk: Buffer) => {
    onChunk?.(chunk);
    sent += chunk.length;
    if (!remote.stdin.destroyed && !remote.stdin.write(chunk)) {
      source.pause();
      remote.stdin.once('drain', () => source.resume());
    }
    if (clock.now() - reported > 200) {
      reported = clock.now();
      progress.report(copying(doing, sent, total));
    }
  });
  source.on('end', () => remote.stdin.end());
  source.on('error', () => remote.stdin.end());
  const { code, stderr } = await remote.ended;
  finished = true;
  progress.signal.removeEventListener('abort', cutOff);
  source.destroy();
  if (progress.signal.aborted) throw stopped(progress.signal, doing);
  if (code !== 0) {
    const origin = await Promise.race([ended, Promise.resolve(undefined)]);
    if (code === 92 && origin && origin.code !== 0 && origin.code !== null) return { sent, said: Buffer.alloc(0) };
    throw hostRefused(doing, code, stderr);
  }
  return { sent, said: await said };
}

function collectOutput({ stdout, ended }: RemoteProcess): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => {
    if (chunks.length < 64) chunks.push(chunk);
  });
  return ended.then(() => Buffer.concat(chunks));
}

function copying(doing: Doing, sent: number, total: number | undefined): string {
  const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  return total === undefined
    ? l10n.t('Copying to {0}: {1} MiB', doing.host, mib(sent))
    : l10n.t('Copying to {0}: {1} of {2} MiB', doing.host, mib(sent), mib(total));
}

function hostRefused(doing: Doing, code: number | null, stderr: string): Error {
  if (/Permission denied|Operation not permitted/.test(stderr) && code !== 255) return rightsMissing(doing, stderr);
  if (/No space left/.test(stderr)) {
    return hostFailure(
      'refused',
      l10n.t('{0}: there is not enough room in {1} on the host.', doing.what, copyDirectory),
      l10n.t('That is memory: make the image smaller, or detach others.'),
      stderr,
    );
  }
  if (code === null || code === 255) {
    return hostFailure(
      'unreachable',
      l10n.t('{0}: the connection broke while the image was copied.', doing.what),
      l10n.t('Try again: the next action connects anew.'),
      stderr,
    );
  }
  return notCopied(doing, stderr);
}

function notCopied(doing: Doing, detail: string): Error {
  return hostFailure(
    'refused',
    l10n.t('{0}: the image could not be copied to the host.', doing.what),
    l10n.t('Try again; the details tell what the host said.'),
    detail,
  );
}

function notRead(doing: Doing, path: string, detail: string): Error {
  const unreadable = /Permission denied|EACCES/.test(detail);
  const advice = unreadable
    ? l10n.t('Some of its files may not be read by you; build the image so that they may, or as a raw image.')
    : l10n.t('Is it being built right now? Try again when it is finished.');
  return hostFailure(
    unreadable ? 'not-allowed' : 'refused',
    l10n.t('{0}: the image {1} could not be read whole.', doing.what, path),
    advice,
    detail,
  );
}
