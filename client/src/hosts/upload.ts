/** Brings a root-owned copy of an image to a host: to a temporary place beside its final one, checked and written out, then renamed. */
import { lstat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { Progress } from './contract.ts';
import { type Doing, stopped } from './errors.ts';
import { copying, lineBroke, noRoom, notCopied, notRead } from './upload/failures.ts';
import { type FileDigests, type Fingerprint, fingerprint, isKnown } from './upload/fingerprint.ts';
import type { Keeper } from './upload/keeper.ts';
import { hasRsync, sendByRsync } from './upload/rsync.ts';
import type { SendDeps, Sending } from './upload/sending.ts';
import { sendStream } from './upload/stream.ts';
import { type Digest, sameDigest } from './versions.ts';

/** Who reads an image here, and tells how it goes. */
export interface Reading {
  readonly image: ImageFacts;
  readonly doing: Doing;
  readonly progress: Progress;
  /** What is known of the image's files; kept from one reading to the next. */
  readonly known: FileDigests;
}

export interface Bringing extends Reading {
  readonly keeper: Keeper;
  readonly deps: SendDeps;
}

/** A version on the host, by its file name. */
export interface Basis {
  readonly name: string;
  readonly digest: Digest;
}

/** Bytes beyond the image itself that must be free. */
const margin = 1024 * 1024;

/** What an image holds now. Rejects with a failure when it cannot be read whole. */
export async function readImage({ image, doing, progress, known }: Reading): Promise<Fingerprint> {
  try {
    return await fingerprint(image.path, image.kind, known, progress.signal);
  } catch (error) {
    if (progress.signal.aborted) throw stopped(progress.signal, doing);
    throw notRead(doing, image.path, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Makes a copy of the image in the keeper's temporary place, checked but not in place yet, unless one of `there` holds the same. The first of
 * them saves what both have in common. Rejects with a failure; the keeper removes what is in its place then.
 */
export async function bringImage(
  bringing: Bringing,
  there: readonly Basis[],
): Promise<{ readonly print: Fingerprint; readonly same: Basis | undefined }> {
  const { image, keeper, doing, progress, deps, known } = bringing;
  progress.report(l10n.t('Reading {0}', image.name));
  const ssh = keeper.hasRsync && (await hasRsync({ deps })) ? deps.transport.ssh : undefined;
  const target = `${keeper.temporary}/image`;
  const send = async (size: number, over: Progress): Promise<void> => {
    const [basis] = there;
    const seeded = ssh !== undefined && basis !== undefined && (await keeper.ask('seed', basis.name)) === 'yes';
    over.report(copying(doing, 0, size));
    const sending: Sending = { image, target, seeded, size, doing, progress: over, deps };
    try {
      if (ssh && (await sendByRsync(sending, ssh))) return;
      await keeper.ask('clear');
      await sendStream(sending);
    } catch (error) {
      // then what the other program says is only that the place went
      if (keeper.hasEnded() && !over.signal.aborted) throw lineBroke(doing, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  const sameAs = ({ digest }: Fingerprint): Basis | undefined => there.find(version => sameDigest(version.digest, digest));

  if (ssh && image.kind === 'raw' && !(await isKnown(image.path, known))) {
    // it was written to, so it will have changed: it is read and sent at the same time, and what turns out the same is taken back
    const space = await sizes(bringing);
    checkRoom(bringing, space.allocated);
    const stop = new AbortController();
    const sending = send(space.size, { ...progress, signal: AbortSignal.any([progress.signal, stop.signal]) });
    sending.catch(() => {}); // awaited below, unless it was stopped
    const print = await readImage(bringing).catch(async (error: unknown) => {
      stop.abort();
      await Promise.allSettled([sending]);
      throw error;
    });
    const same = sameAs(print);
    if (same) stop.abort();
    const sent = await Promise.allSettled([sending]);
    if (same) {
      await keeper.ask('clear');
      return { print, same };
    }
    if (sent[0].status === 'rejected') throw sent[0].reason;
    await check(bringing, print);
    return { print, same };
  }
  const print = await readImage(bringing);
  const same = sameAs(print);
  if (same) return { print, same };
  checkRoom(bringing, print.allocated);
  await send(print.size, progress);
  await check(bringing, print);
  return { print, same };
}

/** What arrived is what was read, and that is what is still there. */
async function check({ keeper, ...reading }: Bringing, print: Fingerprint): Promise<void> {
  const { image, doing, progress } = reading;
  progress.report(l10n.t('Checking the copy on {0}', doing.host));
  if (print.sha256 !== undefined && ((await keeper.ask('size', print.size)) !== 'yes' || (await keeper.ask('sum')) !== print.sha256)) {
    const now = await readImage(reading);
    if (now.sha256 !== print.sha256) throw notRead(doing, image.path, l10n.t('it changed meanwhile'));
    throw notCopied(doing, l10n.t('the copy differs from the image'));
  }
  await keeper.ask('close');
  if (!sameDigest((await readImage(reading)).digest, print.digest)) throw notRead(doing, image.path, l10n.t('it changed meanwhile'));
}

async function sizes({ image, doing }: Reading): Promise<{ readonly size: number; readonly allocated: number }> {
  const stat = await lstat(image.path).catch((error: Error) => {
    throw notRead(doing, image.path, error.message);
  });
  return { size: stat.size, allocated: (stat.blocks ?? 0) * 512 || stat.size };
}

function checkRoom({ keeper, doing, deps }: Bringing, bytes: number): void {
  const need = bytes + margin;
  if (keeper.free < need) throw noRoom(doing, deps.pool, { need, free: keeper.free });
}
