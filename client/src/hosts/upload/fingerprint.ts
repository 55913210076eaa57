/** What an image holds, as a digest that changes with it: so that nothing is copied twice, and only what changed is restarted. */
import { createHash, type Hash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageKind } from '../../../../server/src/protocol.ts';
import type { Digest } from '../versions.ts';

/** What was read of an image. */
export interface Fingerprint {
  readonly digest: Digest;
  /** SHA-256 of a raw image, in hex. */
  readonly sha256?: string;
  /** Bytes of its files, holes included. */
  readonly size: number;
  /** Bytes that it takes on a disk. */
  readonly allocated: number;
  /** When something other than a unit file of it last changed, in ms since the epoch. */
  readonly changed: number;
}

/** Digests of files by path, for as long as nothing about the file changed; ctime cannot be set back. */
export type FileDigests = Map<string, { readonly key: string; readonly sha256: string }>;

/** Letters of a digest in a name: 40 bits, compared with the version before and no other. */
const letters = 10;

/** Directories of an image whose files are units: portabled copies them out, the running service never reads them there. */
const unitPath = /^(?:usr\/lib|usr\/local\/lib|lib|etc)\/systemd\/system\//;

/**
 * Reads an image; what `known` holds of unchanged files is not read again. A symbolic link is never followed. Rejects with an Error when it
 * cannot be read whole, and with the signal's reason.
 */
export async function fingerprint(path: string, kind: ImageKind, known: FileDigests, signal: AbortSignal): Promise<Fingerprint> {
  const stat = await lstat(path, { bigint: true });
  if (kind === 'raw') {
    if (!stat.isFile()) throw new Error(`${path}: expected a file, found a ${nodeKind(stat)}`);
    const sha256 = await digestOf(path, stat, known, signal);
    return {
      digest: { rest: sha256.slice(0, letters), units: '' },
      sha256,
      size: Number(stat.size),
      allocated: allocated(stat),
      changed: Number(stat.ctimeMs),
    };
  }
  if (!stat.isDirectory()) throw new Error(`${path}: expected a directory, found a ${nodeKind(stat)}`);
  const reading = {
    root: path,
    device: stat.dev,
    known,
    signal,
    rest: createHash('sha256'),
    units: createHash('sha256'),
    size: 0,
    allocated: 0,
    changed: 0,
  };
  describe(reading.rest, '', stat, '');
  await readTree(reading, '');
  const short = (hash: Hash) => hash.digest('hex').slice(0, letters);
  return {
    digest: { rest: short(reading.rest), units: short(reading.units) },
    size: reading.size,
    allocated: reading.allocated,
    changed: reading.changed,
  };
}

interface Reading {
  readonly root: string;
  readonly device: bigint;
  readonly known: FileDigests;
  readonly signal: AbortSignal;
  readonly rest: Hash;
  readonly units: Hash;
  size: number;
  allocated: number;
  changed: number;
}

async function readTree(reading: Reading, directory: string): Promise<void> {
  const names = (await readdir(join(reading.root, directory))).sort();
  for (const name of names) {
    reading.signal.throwIfAborted();
    const below = directory === '' ? name : `${directory}/${name}`;
    const path = join(reading.root, below);
    const stat = await lstat(path, { bigint: true });
    const isUnit = unitPath.test(below);
    const hash = isUnit ? reading.units : reading.rest;
    if (!isUnit && !stat.isDirectory()) reading.changed = Math.max(reading.changed, Number(stat.ctimeMs));
    reading.allocated += allocated(stat);
    if (stat.isFile()) {
      reading.size += Number(stat.size);
      describe(hash, below, stat, await digestOf(path, stat, reading.known, reading.signal));
    } else {
      describe(hash, below, stat, stat.isSymbolicLink() ? await readlink(path) : String(stat.rdev));
      if (stat.isDirectory() && stat.dev === reading.device) await readTree(reading, below); // other file systems are not copied either
    }
  }
}

/** Adds an entry: all that is copied of it, but its times, which every build changes. */
function describe(hash: Hash, path: string, { mode, uid, gid }: BigIntStats, content: string): void {
  hash.update([path, mode, uid, gid, content].join('\0')).update('\0\0');
}

/** Whether a file is as it was when it was read last. */
export async function isKnown(path: string, known: FileDigests): Promise<boolean> {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined);
  return stat !== undefined && known.get(path)?.key === keyOf(stat);
}

async function digestOf(path: string, stat: BigIntStats, known: FileDigests, signal: AbortSignal): Promise<string> {
  const key = keyOf(stat);
  const found = known.get(path);
  if (found?.key === key) return found.sha256;
  const hash = createHash('sha256');
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false })) {
      signal.throwIfAborted();
      hash.update(chunk);
    }
  } finally {
    await file.close();
  }
  const sha256 = hash.digest('hex');
  known.set(path, { key, sha256 });
  return sha256;
}

const keyOf = (stat: BigIntStats): string => [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');

const allocated = (stat: BigIntStats): number => Number(stat.blocks ?? 0n) * 512 || Number(stat.size);

function nodeKind(stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return 'symbolic link, which is not followed';
  return stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'special file';
}
