/** Copies by a plain stream, where rsync is missing on either end: a tree as tar, a raw image byte by byte. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { packArguments } from '../deploy/tar.ts';
import { stopped } from '../errors.ts';
import { collect, createProcessGroup } from '../transport/process.ts';
import type { RemoteProcess } from '../transport/transport.ts';
import { copying, hostRefused, lineBroke, notCopied, notRead } from './failures.ts';
import type { Sending } from './sending.ts';

/** Unpacks a tar stream into the directory $1. Prints the bytes read, where its tar counts them. */
const receiveTree = `umask 022; LC_ALL=C; export LC_ALL
mkdir -- "$1" || exit 90
case $(tar --version 2>/dev/null) in
  *GNU*) tar -C "$1" --numeric-owner --xattrs --xattrs-include='*' --totals -xpf - 2>"$1.said" || { cat -- "$1.said" >&2; exit 92; }
    sed -n 's/^Total bytes read: \\([0-9]*\\).*/\\1/p' "$1.said";;
  *) tar -C "$1" -xpf - || exit 92;;
esac`;

/** Writes the file $1; a run of zeroes becomes a hole. */
const receiveFile = `umask 077
if cp --sparse=always /dev/stdin "$1" 2>/dev/null; then exit 0; fi
LC_ALL=C cat >"$1" || exit 92`;

/** Milliseconds that the host gets to end by itself after a stream was cut off. */
const grace = 5000;

/** Sends the image to the temporary place of the keeper. Rejects with a failure. */
export async function sendStream(sending: Sending): Promise<void> {
  if (sending.image.kind === 'directory') await sendTree(sending);
  else await sendFile(sending);
}

async function sendTree({ image, target, doing, progress, deps }: Sending): Promise<void> {
  const local = createProcessGroup(deps.spawn);
  try {
    const version = await collect(local.start('tar', ['--version']));
    const tar = local.start('tar', packArguments(image.path, version.stdout.toString('utf8'), deps.isRoot));
    tar.stdin.end();
    const remote = deps.transport.run(['sh', '-c', receiveTree, 'sh', target]);
    const { sent, said } = await pump(tar.stdout, remote, { doing, progress, deps, ended: tar.ended });
    const packed = await tar.ended;
    // the host's "unexpected end" is only the echo of our own tar's failure
    if (packed.code !== 0) throw notRead(doing, image.path, packed.stderr);
    const read = said.toString('utf8').trim();
    if (read !== '' && Number(read) !== sent) throw notCopied(doing, l10n.t('{0} bytes were sent, {1} arrived', sent, read));
  } finally {
    await local.dispose();
  }
}

async function sendFile({ image, target, doing, progress, size, deps }: Sending): Promise<void> {
  const handle = await open(image.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: Error) => {
    throw notRead(doing, image.path, error.message);
  });
  const file = handle.createReadStream({ highWaterMark: 256 * 1024 });
  const ended = new Promise<{ code: number; stderr: string }>(resolve => {
    file.on('error', error => resolve({ code: 1, stderr: error.message }));
    file.on('close', () => resolve({ code: 0, stderr: '' }));
  });
  await pump(file, deps.transport.run(['sh', '-c', receiveFile, 'sh', target]), { doing, progress, deps, ended, total: size });
  const read = await ended;
  if (read.code !== 0) throw notRead(doing, image.path, read.stderr);
}

interface PumpOptions extends Pick<Sending, 'doing' | 'progress' | 'deps'> {
  /** How the source ended; a failure is told as the cause, before what the host makes of the torn stream. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly total?: number;
}

/** Feeds a stream to a program on the host and waits for its end. When cancelled, the stream is cut off. */
async function pump(
  source: Readable,
  remote: RemoteProcess,
  { doing, progress, deps, ended, total }: PumpOptions,
): Promise<{ readonly sent: number; readonly said: Buffer }> {
  const said = collectOutput(remote);
  let sent = 0;
  let reported = 0;
  let finished = false;
  const cutOff = (): void => {
    source.destroy();
    remote.stdin.end();
    deps.clock.after(grace, () => {
      if (!finished) remote.kill();
    });
  };
  progress.signal.addEventListener('abort', cutOff);
  if (progress.signal.aborted) cutOff();
  source.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (!remote.stdin.destroyed && !remote.stdin.write(chunk)) {
      source.pause();
      remote.stdin.once('drain', () => source.resume());
    }
    if (deps.clock.now() - reported > 200) {
      reported = deps.clock.now();
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
    throw code === null || code === 255 ? lineBroke(doing, stderr) : hostRefused(doing, deps.pool, code, stderr);
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
