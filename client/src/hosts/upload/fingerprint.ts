/** What an image holds, as a digest that changes with it: so that nothing is copied twice, and only what changed is restarted. */
import { createHash, type Hash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ImageKind } from '../../../../server/src/protocol.ts';
import type { Digest } from '../deploy/versions.ts';
import type { ReadXattrs } from './xattrs.ts';

/** What was read of an image. */
export interface Fingerprint {
  readonly digest: Digest;
  /** SHA-256 of a raw image, in hex. */
  readonly sha256?: string;
  /** Bytes of its files, holes included. */
  readonly size: number;
  /** Bytes that it takes on a disk. */
  readonly allocated: number;
  /** Whether any of its files has holes worth keeping. */
  readonly holes: boolean;
  /** When something other than a unit file of it last changed, in ms since the epoch. */
  readonly changed: number;
  /** The same for its unit files and their directories; of a raw image, which is one file, the same time. */
  readonly unitsChanged: number;
}

/** What is known of files by path, for as long as nothing about the file changed; ctime cannot be set back. */
export type FileDigests = Map<string, FileDigest>;

export interface FileDigest extends FileBlocks {
  readonly sha256: string;
}

/** A state of a file, by its blocks. */
export interface FileBlocks {
  /** Another one where anything about the file changed. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** CRC-32 of each block, one after the other; empty for files in directories. */
  readonly blocks: Buffer;
}

/** Bytes of a block, and of its digest: enough to tell what changed, since the whole is checked afterwards. */
export const blockBytes = 32 * 1024;
export const blockDigestBytes = 4;

/** Letters of a digest in a name: 40 bits, compared with the version before and no other. */
const letters = 10;

/** Directories of an image whose files are units: portabled copies them out, the running service never reads them there. */
const unitPath = /^(?:usr\/lib|usr\/local\/lib|lib|etc)\/systemd\/(?:system|user)\//;

/** What else there is for a fingerprint. */
export interface ForFingerprint {
  readonly readXattrs?: ReadXattrs;
  /** The blocks of a raw image as they were read just now: of that state, only the sum is still to be made. */
  readonly blocks?: FileBlocks | undefined;
}

/**
 * Reads an image; what `known` holds of unchanged files is not read again. A symbolic link is never followed. Rejects with an Error when it
 * cannot be read whole, and with the signal's reason.
 */
export async function fingerprint(
  path: string,
  kind: ImageKind,
  known: FileDigests,
  signal: AbortSignal,
  { readXattrs = async () => '', blocks }: ForFingerprint = {},
): Promise<Fingerprint> {
  const stat = await lstat(path, { bigint: true });
  if (kind === 'raw') {
    const sha256 = await digestOf(path, rawFile(path, stat), known, signal, blocks ?? 'to read');
    return {
      digest: { rest: sha256.slice(0, letters), units: '' },
      sha256,
      size: Number(stat.size),
      allocated: allocated(stat),
      holes: hasHoles(stat),
      changed: Number(stat.ctimeMs),
      unitsChanged: Number(stat.ctimeMs),
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
    holes: false,
    changed: 0,
    unitsChanged: 0,
  };
  describe(reading.rest, '', stat, '');
  const [xattrs] = await Promise.all([readXattrs(path, signal), readTree(reading, '')]);
  if (xattrs !== '') reading.rest.update(xattrs);
  const short = (hash: Hash) => hash.digest('hex').slice(0, letters);
  return {
    digest: { rest: short(reading.rest), units: short(reading.units) },
    size: reading.size,
    allocated: reading.allocated,
    holes: reading.holes,
    changed: reading.changed,
    unitsChanged: reading.unitsChanged,
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
  holes: boolean;
  changed: number;
  unitsChanged: number;
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
    const link = stat.isSymbolicLink() ? await readlink(path) : undefined;
    // systemd puts such links into a root that lacks them when it starts the first service from it (base-filesystem.c; seen on 257 and 262)
    const bySystemd = directory === '' && link?.startsWith('usr/') === true;
    if (!isUnit && !bySystemd && !stat.isDirectory()) reading.changed = Math.max(reading.changed, Number(stat.ctimeMs));
    if (unitPath.test(`${below}/`)) reading.unitsChanged = Math.max(reading.unitsChanged, Number(stat.ctimeMs));
    reading.allocated += allocated(stat);
    if (stat.isFile()) {
      reading.size += Number(stat.size);
      reading.holes ||= hasHoles(stat);
      describe(hash, below, stat, await digestOf(path, stat, reading.known, reading.signal));
    } else {
      describe(hash, below, stat, link ?? String(stat.rdev));
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

/** Reads the blocks of a raw image, several times as fast as its sum is made. Rejects with an Error when it cannot be read whole, and with the signal's reason. */
export async function readBlocks(path: string, signal: AbortSignal): Promise<FileBlocks> {
  const stat = rawFile(path, await lstat(path, { bigint: true }));
  const blocks: Buffer[] = [];
  await readThrough(path, signal, part => blocks.push(digestsOf(part)));
  return { key: keyOf(stat), size: Number(stat.size), blocks: Buffer.concat(blocks) };
}

/** `blocks`: those of a raw image, where they are known to be of some state of it. */
async function digestOf(
  path: string,
  stat: BigIntStats,
  known: FileDigests,
  signal: AbortSignal,
  blocks?: FileBlocks | 'to read',
): Promise<string> {
  const key = keyOf(stat);
  const found = known.get(path);
  if (found?.key === key) return found.sha256;
  const asRead = typeof blocks === 'object' && blocks.key === key ? blocks : undefined;
  const whole = createHash('sha256');
  const read: Buffer[] = [];
  await readThrough(path, signal, part => {
    whole.update(part);
    if (blocks !== undefined && !asRead) read.push(digestsOf(part));
  });
  const sha256 = whole.digest('hex');
  known.set(path, { key, sha256, size: Number(stat.size), blocks: asRead?.blocks ?? Buffer.concat(read) });
  return sha256;
}

/** Gives away a file in parts of whole blocks; the last one may be shorter. */
async function readThrough(path: string, signal: AbortSignal, take: (part: Buffer) => void): Promise<void> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const buffer = Buffer.allocUnsafe(32 * blockBytes);
    for (let length = await fill(file, buffer); length > 0; length = await fill(file, buffer)) {
      signal.throwIfAborted();
      take(buffer.subarray(0, length));
    }
  } finally {
    await file.close();
  }
}

function digestsOf(part: Buffer): Buffer {
  const digests = Buffer.alloc(Math.ceil(part.length / blockBytes) * blockDigestBytes);
  for (let block = 0; block * blockBytes < part.length; block++) {
    digests.writeUInt32LE(crc32(part.subarray(block * blockBytes, (block + 1) * blockBytes)), block * blockDigestBytes);
  }
  return digests;
}

/** Reads on until the buffer is full or the file ends. How much there was. */
async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** Whether a digest in a name is that of a raw image. */
export const isOfFile = ({ rest, units }: Digest, { sha256 }: FileDigest): boolean => units === '' && rest === sha256.slice(0, letters);

const keyOf = (stat: BigIntStats): string => [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');

/** Bytes that a file takes on its disk. */
export const allocated = (stat: BigIntStats): number => Number(stat.blocks ?? 0n) * 512 || Number(stat.size);

/** Whether a file takes less than it holds; small ones lie beside their names on some file systems. */
export const hasHoles = (stat: Pick<BigIntStats, 'blocks' | 'size'>): boolean =>
  Number(stat.size) - Number(stat.blocks ?? stat.size) * 512 >= 64 * 1024;

function rawFile(path: string, stat: BigIntStats): BigIntStats {
  if (!stat.isFile()) throw new Error(`${path}: expected a file, found a ${nodeKind(stat)}`);
  return stat;
}

function nodeKind(stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return 'symbolic link, which is not followed';
  return stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'special file';
}
