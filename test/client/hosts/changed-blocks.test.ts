/** Copies of what changed in a raw image: which bytes go, and what the host makes of them, by its own shell. */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../client/src/hosts/clock.ts';
import { createProcessGroup, spawnGroup } from '../../../client/src/hosts/transport/process.ts';
import { changedRanges, sendRanges } from '../../../client/src/hosts/upload/changed-blocks.ts';
import { blockBytes, blockDigestBytes, type FileDigests, fingerprint, readBlocks } from '../../../client/src/hosts/upload/fingerprint.ts';
import type { Sending } from '../../../client/src/hosts/upload/sending.ts';

const blocks = 100;
const size = blocks * blockBytes + 123;

describe.skipIf(process.platform !== 'linux')('what changed in a raw image', () => {
  let directory = '';
  let path = '';
  let target = '';
  const known: FileDigests = new Map();
  const read = async () => {
    await fingerprint(path, 'raw', known, new AbortController().signal);
    const digest = known.get(path);
    if (!digest) throw new Error('it was not remembered');
    return digest;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'blocks-'));
    path = join(directory, "it's $(x)");
    target = join(directory, 'copy');
    writeFileSync(path, Buffer.alloc(size, 'some words, and others, '));
    copyFileSync(path, target);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(at: number, text: string): void {
    const file = openSync(path, 'r+');
    writeSync(file, text, at);
    closeSync(file);
  }

  function sending(signal: AbortSignal): Sending {
    const group = createProcessGroup(spawnGroup);
    const transport = {
      sharesFiles: false,
      openBus: () => Promise.reject(new Error('not used')),
      run: ([program, ...args]: readonly [string, ...string[]]) => group.start(program, args),
      dispose: async () => {},
    };
    const deps = { transport, spawn: spawnGroup, clock: systemClock, isRoot: true, pool: '/run/portables' };
    return {
      image: { path, name: 'a_1', kind: 'raw', prefix: 'a', units: [] },
      target,
      seeded: true,
      size,
      holes: false,
      doing: { what: 'Deploying a to vm', host: 'vm', rights: '' },
      progress: { signal, report: () => {} },
      deps: { ...deps, rsync: { program: '', options: [] } },
    };
  }

  test.each<readonly [string, readonly number[], readonly (readonly [number, number])[]]>([
    ['nothing', [], []],
    ['the first byte', [0], [[0, 1]]],
    ['either side of a border', [blockBytes - 1, blockBytes], [[0, 2]]],
    [
      'two places',
      [5, 50 * blockBytes],
      [
        [0, 1],
        [50, 1],
      ],
    ],
    ['the last byte, of a block that is cut off', [size - 1], [[blocks, 0]]],
  ])('%s', async (_what, places, expected) => {
    const before = await read();
    for (const at of places) write(at, 'X');
    const ranges = changedRanges(before, await read());
    const inBlocks = ranges?.map(({ at, length }) => [at / blockBytes, Math.floor(length / blockBytes)]);
    expect(inBlocks).toEqual(expected);
    expect(await sendRanges(sending(new AbortController().signal), ranges ?? [])).toBe(true);
    expect(readFileSync(target).equals(readFileSync(path))).toBe(true);
  });

  test('blocks that were read alone are those that come with a sum, which is made for them; those of another state are read anew', async () => {
    const signal = new AbortController().signal;
    const first = await readBlocks(path, signal);
    await fingerprint(path, 'raw', known, signal, { blocks: first });
    expect(known.get(path)?.blocks).toBe(first.blocks);
    const sum = known.get(path)?.sha256;
    known.clear();
    expect(await read()).toEqual({ ...first, sha256: sum });
    write(5, 'X');
    await fingerprint(path, 'raw', known, signal, { blocks: first });
    expect(known.get(path)).toEqual({ ...(await readBlocks(path, signal)), sha256: known.get(path)?.sha256 });
    expect(known.get(path)?.blocks.equals(first.blocks)).toBe(false);
    await expect(readBlocks(directory, signal)).rejects.toThrow(/expected a file, found a directory/);
    await expect(readBlocks(path, AbortSignal.abort())).rejects.toThrow();
  });

  test('another size, or too many places, are for rsync', async () => {
    const before = await read();
    for (let n = 0; n < blocks; n++) if (n % 3 !== 0) write(n * blockBytes, 'X');
    expect(changedRanges(before, await read())).toHaveLength(33);
    const many = { key: '', size: 1000 * blockBytes, blocks: Buffer.alloc(1000 * blockDigestBytes, 'before') };
    expect(changedRanges(many, { ...many, blocks: Buffer.alloc(1000 * blockDigestBytes, 'after!') })).toBeUndefined();
    const sparse = Buffer.from(many.blocks);
    for (let n = 0; n < 1000; n += 2) sparse[n * blockDigestBytes] = 0;
    expect(changedRanges(many, { ...many, blocks: sparse })).toBeUndefined();
    for (const grown of [1, blockBytes]) {
      appendFileSync(path, Buffer.alloc(grown));
      expect(changedRanges(before, await read())).toBeUndefined();
    }
    truncateSync(path, size - 1);
    expect(changedRanges(before, await read())).toBeUndefined();
  });

  test('a file that is cut off meanwhile yields another copy, not a hang', async () => {
    truncateSync(path, 10);
    expect(await sendRanges(sending(new AbortController().signal), [{ at: 0, length: blockBytes }])).toBe(true);
    expect(readFileSync(target).equals(readFileSync(path))).toBe(false);
  });

  test('a host that cannot write it says so, and an image that cannot be read; what is cancelled ends', async () => {
    const range = { at: 0, length: blockBytes };
    const nowhere = { ...sending(new AbortController().signal), target: join(directory, 'none/copy') };
    expect(await sendRanges(nowhere, [range])).toBe(false);
    const unreadable = sending(new AbortController().signal);
    await expect(sendRanges({ ...unreadable, image: { ...unreadable.image, path: directory } }, [range])).rejects.toMatchObject({
      message: expect.stringContaining('could not be read whole'),
    });
    const stop = AbortSignal.abort();
    await expect(sendRanges(sending(stop), [range])).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
