/** Brings a root-owned copy of an image to a host: to a temporary place beside its final one, checked and written out, then renamed. */
import { lstat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import type { Progress } from '../contract.ts';
import { type Digest, sameDigest } from '../deploy/versions.ts';
import { type Doing, stopped } from '../errors.ts';
import type { Spawn } from '../transport/process.ts';
import { changedRanges, sendRanges } from './changed-blocks.ts';
import { copying, lineBroke, noRoom, notCopied, notRead } from './failures.ts';
import {
  allocated,
  type FileBlocks,
  type FileDigest,
  type FileDigests,
  type Fingerprint,
  fingerprint,
  hasHoles,
  isKnown,
  isOfFile,
  readBlocks,
} from './fingerprint.ts';
import type { Keeper } from './keeper.ts';
import { sendByRsync } from './rsync.ts';
import type { SendDeps, Sending } from './sending.ts';
import { sendStream } from './stream.ts';
import { xattrsBy } from './xattrs.ts';

/** Who reads an image here, and tells how it goes. */
export interface Reading {
  readonly image: ImageFacts;
  readonly doing: Doing;
  readonly progress: Progress;
  /** What is known of the image's files; kept from one reading to the next. */
  readonly known: FileDigests;
  readonly spawn: Spawn;
}

export interface Bringing extends Reading {
  readonly keeper: Keeper;
  readonly deps: SendDeps;
  /** Whether this machine has an rsync for it. */
  readonly rsyncHere: Promise<boolean>;
  readonly source: BeingRead;
  /** Bytes of what is brought after it. */
  readonly beside?: number;
}

/** What became of an image. */
export interface Brought {
  readonly print: Fingerprint;
  /** The one that is the same, if one is; then nothing was copied. */
  readonly same: Basis | undefined;
  /** Makes sure that what arrived is what was read, that it belongs to root, and that the image is still that. Rejects with a failure. */
  check(): Promise<void>;
}

/** A version on the host, by its file name. */
export interface Basis {
  readonly name: string;
  readonly digest: Digest;
}

/** Bytes beyond the image itself that must be free. */
const margin = 1024 * 1024;

/** What an image holds now. Rejects with a failure when it cannot be read whole. `blocks`: those of a raw image, read just now. */
export function readImage(reading: Reading, blocks?: FileBlocks): Promise<Fingerprint> {
  const { image, progress, known, spawn } = reading;
  return read(reading, fingerprint(image.path, image.kind, known, progress.signal, { readXattrs: xattrsBy(spawn), blocks }));
}

async function read<T>({ image, doing, progress }: Reading, whole: Promise<T>): Promise<T> {
  try {
    return await whole;
  } catch (error) {
    if (progress.signal.aborted) throw stopped(progress.signal, doing);
    throw notRead(doing, image.path, error instanceof Error ? error.message : String(error));
  }
}

/** An image that is being read, since that takes as long as much else that is to be done. */
export interface BeingRead {
  /** Whether it is known to hold what it held before. */
  readonly unchanged: boolean;
  /** Of a raw image that was written to since it was read last: what it was then, and its blocks now, which are there long before its sum. */
  readonly rewritten: { readonly old: FileDigest; readonly blocks: Promise<FileBlocks> } | undefined;
  /** Rejects with a failure when it cannot be read whole. */
  readonly print: Promise<Fingerprint>;
  stop(): void;
}

/** Begins to read an image. */
export async function startReading(reading: Reading): Promise<BeingRead> {
  const { image, known, progress } = reading;
  progress.report(l10n.t('Reading {0}', image.name));
  const old = known.get(image.path);
  const unchanged = await isKnown(image.path, known);
  const stop = new AbortController();
  const until: Reading = { ...reading, progress: { ...progress, signal: AbortSignal.any([progress.signal, stop.signal]) } };
  const rewritten =
    image.kind === 'raw' && old && !unchanged ? { old, blocks: read(until, readBlocks(image.path, until.progress.signal)) } : undefined;
  const print = rewritten ? rewritten.blocks.then(now => readImage(until, now)) : readImage(until);
  print.catch(() => {}); // it may never be awaited
  return { unchanged, rewritten, print, stop: () => stop.abort() };
}

/**
 * Makes a copy of the image in the keeper's temporary place, to be checked, unless one of `there` holds the same. The first of them saves what
 * both have in common. Rejects with a failure; the keeper removes what is in its place then.
 */
export async function bringImage(bringing: Bringing, there: readonly Basis[]): Promise<Brought> {
  const { image, keeper, doing, progress, deps, known, rsyncHere, source } = bringing;
  const ssh = keeper.hasRsync && (await rsyncHere) ? deps.transport.ssh : undefined;
  const target = `${keeper.temporary}/image`;
  const send = async ({ size, holes }: Space, over: Progress): Promise<void> => {
    const [basis] = there;
    const seeded = ssh !== undefined && basis !== undefined && (await keeper.ask('seed', basis.name)) === 'yes';
    over.report(copying(doing, 0, size));
    const sending: Sending = { image, target, seeded, size, holes, doing, progress: over, deps };
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

  const { unchanged, rewritten } = source;
  const basis = rewritten && there.find(({ digest }) => isOfFile(digest, rewritten.old));
  if (basis) {
    // what we read of it last is there: a copy of that is made there while we look for what changed, and summed there while it is summed here
    const space = await spaceOf(bringing);
    checkRoom(bringing, space.allocated);
    const copied = keeper.ask('copy', basis.name);
    copied.catch(() => {}); // awaited below
    const now = await rewritten.blocks;
    const ranges = changedRanges(rewritten.old, now) ?? [];
    const sending: Sending = { image, target, seeded: true, ...space, doing, progress, deps };
    const made = (await copied) === 'yes' && ranges.length > 0 && (await sendRanges(sending, ranges));
    if (made) await sum(bringing);
    const print = await source.print;
    const same = sameAs(print);
    const heldStill = known.get(image.path)?.key === now.key;
    const sendWhole = async (): Promise<void> => {
      await keeper.ask('clear');
      await send(print, progress);
      await sum(bringing);
    };
    // where it differs, what lies there is not what its name says: a service that may write to its image has, systemd for one by mounting it
    if (made && heldStill && !same) return { print, same, check: () => check(bringing, print, sendWhole) };
    if (same) {
      await keeper.ask('clear');
      return { print, same, check: nothing };
    }
    await sendWhole();
    return { print, same, check: () => check(bringing, print) };
  }
  if (ssh && image.kind === 'raw' && !unchanged) {
    // it was written to, so it will have changed: it is read and sent at the same time, and what turns out the same is taken back
    const space = await spaceOf(bringing);
    checkRoom(bringing, space.allocated);
    const stop = new AbortController();
    const sending = send(space, { ...progress, signal: AbortSignal.any([progress.signal, stop.signal]) });
    sending.catch(() => {}); // awaited below, unless it was stopped
    const print = await source.print.catch(async (error: unknown) => {
      stop.abort();
      await Promise.allSettled([sending]);
      throw error;
    });
    const same = sameAs(print);
    if (same) stop.abort();
    const sent = await Promise.allSettled([sending]);
    if (same) {
      await keeper.ask('clear');
      return { print, same, check: nothing };
    }
    if (sent[0].status === 'rejected') throw sent[0].reason;
    await sum(bringing);
    return { print, same, check: () => check(bringing, print) };
  }
  const print = await source.print;
  const same = sameAs(print);
  if (same) return { print, same, check: nothing };
  checkRoom(bringing, print.allocated);
  await send(print, progress);
  await sum(bringing);
  return { print, same, check: () => check(bringing, print) };
}

const checking = ({ host }: Doing): string => l10n.t('Checking the copy on {0}', host);

const nothing = (): Promise<void> => Promise.resolve();

/** Has the host sum up a raw image, while other things are done. */
async function sum({ image, keeper, doing, progress }: Bringing): Promise<void> {
  if (image.kind !== 'raw') return;
  progress.report(checking(doing));
  await keeper.ask('sum');
}

/** `again`: makes another copy, from nothing, where the first one differs though the image holds still. */
async function check(bringing: Bringing, print: Fingerprint, again?: () => Promise<void>): Promise<void> {
  const { keeper, ...reading } = bringing;
  const { image, doing, progress } = reading;
  progress.report(checking(doing));
  const asked = print.sha256 === undefined ? [] : [keeper.ask('size', print.size), keeper.ask('summed')];
  const [, size, summed] = await Promise.all([keeper.ask('close'), ...asked]);
  if (print.sha256 !== undefined && (size !== 'yes' || summed !== print.sha256)) {
    const now = await readImage(reading);
    if (now.sha256 !== print.sha256) throw notRead(doing, image.path, l10n.t('it changed meanwhile'));
    if (again) {
      await again();
      return check(bringing, print);
    }
    throw notCopied(doing, l10n.t('the copy differs from the image'));
  }
  if (!sameDigest((await readImage(reading)).digest, print.digest)) throw notRead(doing, image.path, l10n.t('it changed meanwhile'));
}

type Space = Pick<Fingerprint, 'size' | 'allocated' | 'holes'>;

async function spaceOf({ image, doing }: Reading): Promise<Space> {
  const stat = await lstat(image.path, { bigint: true }).catch((error: Error) => {
    throw notRead(doing, image.path, error.message);
  });
  return { size: Number(stat.size), allocated: allocated(stat), holes: hasHoles(stat) };
}

function checkRoom({ keeper, doing, deps, beside = 0 }: Bringing, bytes: number): void {
  const need = bytes + beside + margin;
  if (keeper.free < need) throw noRoom(doing, deps.pool, { need, free: keeper.free });
}
