/**
 * Copies what changed in a raw image since we read it last, where the host has that: only blocks that differ cross the line, and nobody looks for
 * them on the host. What it makes is checked as a whole afterwards, like any copy.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { stopped } from '../errors.ts';
import { collect } from '../transport/process.ts';
import { copying, lineBroke, notRead } from './failures.ts';
import { blockBytes, blockDigestBytes, type FileBlocks } from './fingerprint.ts';
import type { Sending } from './sending.ts';

/** A run of bytes of the image. */
export interface Range {
  readonly at: number;
  readonly length: number;
}

/** Beyond these a search for what moved is worth it: rsync's. */
const most = { ranges: 64, bytes: 16 * 1024 * 1024 } as const;

/** Where two states of a file differ; undefined where they differ in too much, or in size. */
export function changedRanges(then: FileBlocks, now: FileBlocks): readonly Range[] | undefined {
  const { size } = now;
  const [before, after] = [then.blocks, now.blocks];
  if (then.size !== size || before.length !== after.length) return undefined;
  const ranges: Range[] = [];
  let bytes = 0;
  for (let block = 0; block * blockDigestBytes < after.length; block++) {
    const [begin, end] = [block * blockDigestBytes, (block + 1) * blockDigestBytes];
    if (before.compare(after, begin, end, begin, end) === 0) continue;
    const at = block * blockBytes;
    const length = Math.min(blockBytes, size - at);
    const last = ranges.at(-1);
    if (last && last.at + last.length === at) ranges.splice(-1, 1, { at: last.at, length: last.length + length });
    else ranges.push({ at, length });
    bytes += length;
    if (ranges.length > most.ranges || bytes > most.bytes) return undefined;
  }
  return ranges;
}

/** Writes into the file $1: lines of an offset and a length, each followed by that many bytes. `read` takes no byte beyond its line. */
const receiveRanges = `LC_ALL=C; export LC_ALL
while read -r at n; do
  dd of="$1" bs=65536 seek="$at" count="$n" iflag=fullblock,count_bytes oflag=seek_bytes conv=notrunc 2>/dev/null || exit 92
done`;

/** Writes the ranges into the copy that is there already; false where the host cannot do it. Rejects with a failure. */
export async function sendRanges({ image, target, size, doing, progress, deps }: Sending, ranges: readonly Range[]): Promise<boolean> {
  const { signal } = progress;
  const parts = await readRanges(image.path, ranges).catch((error: Error) => {
    throw notRead(doing, image.path, error.message);
  });
  const remote = deps.transport.run(['sh', '-c', receiveRanges, 'sh', target]);
  for (const [i, { at, length }] of ranges.entries()) {
    remote.stdin.write(`${at} ${length}\n`);
    remote.stdin.write(parts[i]);
  }
  const { code, stderr } = await collect(remote, { signal });
  if (signal.aborted) throw stopped(signal, doing);
  if (code === null || code === 255) throw lineBroke(doing, stderr || l10n.t('the program on the host was ended'));
  progress.report(copying(doing, size, size));
  return code === 0;
}

/** The bytes there; zeroes where the file was cut off meanwhile, which the check tells. */
async function readRanges(path: string, ranges: readonly Range[]): Promise<readonly Buffer[]> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return await Promise.all(ranges.map(async ({ at, length }) => (await file.read(Buffer.alloc(length), 0, length, at)).buffer));
  } finally {
    await file.close();
  }
}
