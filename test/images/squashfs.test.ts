import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureTree } from '../../lab/hosts.ts';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { resolveInImage } from '../../server/src/image/resolve.ts';
import { walk } from '../../server/src/image/walk.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { counted } from '../server/image/counted.ts';
import { compareWithMount, withTree } from './compare.ts';
import { makeSampleTree, run } from './samples.ts';
import { bounded, some } from './some.ts';

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('squashfs as the kernel shows it', () => {
  let folder: string;
  let sample: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'squashfs-'));
    [sample, image] = [join(folder, 'sample'), join(folder, 'image')];
    makeSampleTree(sample);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const make = (source: string, ...options: readonly string[]) => {
    rmSync(image, { force: true });
    run('mksquashfs', [source, image, '-noappend', '-quiet', '-no-progress', ...options]);
  };

  test.each<[string, ...string[]]>(
    some([
      ['defaults'],
      [
        'gzip, small blocks, all strategies',
        '-b',
        '4K',
        '-Xwindow-size',
        '9',
        '-Xstrategy',
        'filtered,huffman_only,run_length_encoded,fixed',
      ],
      ['gzip, big blocks', '-b', '1M', '-Xcompression-level', '1'],
      ['xz', '-comp', 'xz'],
      ['xz, small blocks', '-comp', 'xz', '-b', '4K'],
      ['xz, small dictionary', '-comp', 'xz', '-b', '64K', '-Xdict-size', '8K'],
      ['xz, big blocks, all filters', '-comp', 'xz', '-b', '1M', '-Xbcj', 'x86,arm,armthumb,powerpc,sparc,ia64'],
      ['zstd', '-comp', 'zstd', '-Xcompression-level', '3'],
      ['zstd, small blocks', '-comp', 'zstd', '-b', '4K', '-Xcompression-level', '1'],
      ['zstd, big blocks, as NixOS makes them', '-comp', 'zstd', '-b', '1048576', '-Xcompression-level', '6', '-all-root', '-no-hardlinks'],
      ['lz4', '-comp', 'lz4'],
      ['lz4, big blocks, high', '-comp', 'lz4', '-b', '1M', '-Xhc'],
      ['lzo', '-comp', 'lzo'],
      ['lzo, small blocks, fastest', '-comp', 'lzo', '-b', '4K', '-Xalgorithm', 'lzo1x_1'],
      ['lzo, big blocks', '-comp', 'lzo', '-b', '1M', '-Xcompression-level', '4'],
      ['nothing packed', '-noI', '-noId', '-noD', '-noF', '-noX'],
      ['only metadata stored', '-noI', '-noX', '-b', '64K'],
      ['only data stored', '-comp', 'lzo', '-noD', '-noF'],
      ['no fragments', '-no-fragments', '-no-duplicates'],
      ['tails in fragments', '-tailends', '-comp', 'lz4'],
      ['no holes', '-no-sparse', '-comp', 'lz4', '-b', '1M'],
      ['no table for export, no xattrs', '-no-exports', '-no-xattrs', '-comp', 'lz4'],
      ['owners and times set', '-force-uid', '4294967294', '-force-gid', '70000', '-all-time', '4294967295', '-comp', 'lz4'],
    ]),
  )('%s', async (_, ...options) => {
    make(sample, ...options);
    expect(await compareWithMount(image, openRawImage, { fileSystem: 'squashfs' })).toEqual([]);
  });

  // this kernel does not mount them, and mksquashfs keeps no access control lists
  test.each<[string, ...string[]]>(
    some([
      ['lzma', '-comp', 'lzma'],
      ['lzma, small blocks', '-comp', 'lzma', '-b', '4K'],
      ['lzma, big blocks', '-comp', 'lzma', '-b', '1M'],
    ]),
  )('%s: as the directory that it was made from', async (_, ...options) => {
    make(sample, ...options);
    const xattrs = (name: string) => !name.startsWith('system.');
    expect(await compareWithMount(image, openRawImage, { fileSystem: 'squashfs', reference: sample, xattrs })).toEqual([]);
  });

  test('whole Debians, together 20,000 files where all is tried', async () => {
    const suites = ['bookworm', ...(bounded ? [] : (['trixie', 'forky'] as const))] as const;
    const trees: string[] = [];
    for (const suite of suites) trees.push(await ensureTree(suite));
    rmSync(image, { force: true });
    // each becomes a directory of its name
    run('mksquashfs', [...trees, sample, image, '-noappend', '-quiet', '-no-progress', '-comp', 'zstd', '-Xcompression-level', '1']);
    expect(await compareWithMount(image, openRawImage, { fileSystem: 'squashfs' })).toEqual([]);
    let names = 0;
    await withTree(image, openRawImage, async ({ root }) => {
      for await (const _ of walk(root, { entries: 1_000_000, expired: () => false })) names++;
    });
    expect(names).toBeGreaterThan(bounded ? 10_000 : 20_000);
  });

  test('a directory of 100,000 names: the last is found by reading little', async () => {
    const crowd = join(folder, 'crowd');
    mkdirSync(crowd);
    for (let i = 0; i < 20; i++) writeFileSync(join(crowd, `${i}`), `${i}`);
    for (let i = 0; i < 100_000; i++) linkSync(join(crowd, `${i % 20}`), join(crowd, `name-${i}`)); // new files take a disk their time
    make(crowd);
    const file = await imageFiles.open(image);
    try {
      const counting = counted(file);
      const tree = await openRawImage(counting, decompressors);
      for (const name of ['name-0', 'name-99999', 'name-50000', '7', '0']) {
        expect(await resolveInImage(tree, name), name).toMatchObject({ outcome: 'found' });
      }
      for (const name of ['', '!', 'name-100000', 'zzz', 'name-5000x']) expect(await tree.root.lookup(name)).toBeUndefined();
      expect(counting.taken).toBeLessThan(512 << 10);
      const listed = Array.from(await tree.root.list(), ({ name }) => name);
      expect(new Set(listed).size).toBe(100_020);
    } finally {
      await file.close();
    }
  });

  test('not padded, so that the kernel cannot mount it', async () => {
    make(join(sample, 'names'), '-nopad');
    expect(await compareWithMount(image, openRawImage, { fileSystem: 'squashfs', reference: join(sample, 'names') })).toEqual([]);
  });

  test('hidden behind a compression that is not there', async () => {
    make(join(sample, 'names'), '-comp', 'zstd');
    const bytes = readFileSync(image);
    const source = { size: bytes.length, read: async (offset: number, length: number) => bytes.subarray(offset, offset + length) };
    await expect(openRawImage(source, {})).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('zstd') });
  });
});
