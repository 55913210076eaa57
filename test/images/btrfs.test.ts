import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openBtrfs } from '../../server/src/image/btrfs/btrfs.ts';
import { compareWithMount, withTree } from './compare.ts';
import { writeHardCases, writeThroughKernel } from './kernel-written.ts';
import { makeSampleTree, run } from './samples.ts';
import { some } from './some.ts';

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('btrfs as the kernel shows it', () => {
  let folder: string;
  let full: string;
  /** Without what takes long (mkfs.btrfs writes holes as zeros), and what it cannot put into nodes of 4 KiB. */
  let short: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'btrfs-'));
    [full, short, image] = [join(folder, 'full'), join(folder, 'short'), join(folder, 'image')];
    makeSampleTree(full);
    run('cp', ['--archive', '--link', full, short]);
    for (const name of ['sparse', 'many', 'links/longest', 'sizes/words-4095', 'sizes/noise-4095'])
      rmSync(join(short, name), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const make = (path: string, ...options: readonly string[]) => {
    rmSync(path, { force: true });
    writeFileSync(path, '');
    truncateSync(path, 256 << 20);
    run('mkfs.btrfs', ['--quiet', '--force', ...options, path]);
  };
  const compared = (options?: string) =>
    compareWithMount(image, openBtrfs, { fileSystem: 'btrfs', ...(options !== undefined && { options }) });

  test.each<[string, ...string[]]>(
    some([
      ['defaults'],
      ['metadata once, in nodes of 4 KiB', '--metadata', 'single', '--nodesize', '4096'],
      ['nodes of 64 KiB, other checksums', '--nodesize', '65536', '--checksum', 'xxhash'],
      ['data and metadata mixed', '--mixed'],
      ['holes that are stored', '--features', '^no-holes'],
    ]),
  )('from mkfs.btrfs: %s', async (_, ...options) => {
    make(image, '--rootdir', short, ...options);
    expect(await compared()).toEqual([]);
  });

  test.each<[string, string, ...string[]]>(
    some([
      ['not compressed, small files in extents', 'max_inline=0', '--nodesize', '32768'],
      ['zlib', 'compress-force=zlib'],
      ['lzo', 'compress-force=lzo'],
      ['zstd', 'compress-force=zstd'],
      ['lzo where it pays, everything mixed in nodes of 4 KiB', 'compress=lzo', '--mixed', '--nodesize', '4096'],
      ['zstd, data twice, holes that are stored', 'compress=zstd:9', '--data', 'dup', '--features', '^no-holes'],
    ]),
  )('from the kernel: %s', async (name, options, ...mkfs) => {
    make(image, ...mkfs);
    await writeThroughKernel(image, 'btrfs', options, directory => {
      run('cp', ['--archive', '--sparse=always', `${name === 'zstd' ? full : short}/.`, directory]);
      writeHardCases(directory, { allocate: true });
      run('cp', ['--reflink=always', join(directory, 'overwritten'), join(directory, 'cloned')]);
      run('btrfs', ['property', 'set', join(directory, 'cut'), 'compression', 'zlib']);
    });
    expect(await compared()).toEqual([]);
  });

  test('subvolumes, snapshots, and another default', async () => {
    make(image);
    await writeThroughKernel(image, 'btrfs', 'compress=zstd', directory => {
      const at = (name: string) => join(directory, name);
      const btrfs = (...args: readonly string[]) => run('btrfs', ['subvolume', ...args]);
      btrfs('create', at('one'));
      run('cp', ['--archive', join(full, 'sizes'), join(full, 'xattrs'), at('one')]);
      btrfs('create', at('one/inner'));
      writeFileSync(at('one/inner/file'), 'inner');
      mkdirSync(at('directory'));
      btrfs('create', at('directory/two'));
      writeFileSync(at('directory/two/file'), 'two');
      btrfs('snapshot', '-r', at('one'), at('directory/snapshot'));
      writeFileSync(at('one/sizes/words-60'), 'changed after the snapshot');
    });
    // the kernel shows the time of the mount for what once was a subvolume
    const wanted = (found: string) => !/inner" has time/.test(found);
    expect((await compared()).filter(wanted)).toEqual([]);
    await writeThroughKernel(image, 'btrfs', '', directory => {
      const id = /^ID (\d+) .*snapshot$/m.exec(run('btrfs', ['subvolume', 'list', directory]))?.[1] ?? '';
      run('btrfs', ['subvolume', 'set-default', id, directory]);
    });
    expect((await compared()).filter(wanted)).toEqual([]);
    await withTree(image, openBtrfs, async ({ root }) => expect(Array.from(await root.list(), ({ name }) => name)).toContain('sizes'));
  });

  test('a log that was not played back is a warning', async () => {
    make(image);
    const copy = join(folder, 'copy');
    await writeThroughKernel(image, 'btrfs', '', directory => {
      run('cp', ['--archive', join(full, 'sizes'), directory]);
      run('sync', ['-f', directory]);
      // now and then the kernel commits all instead, and then there is no log
      for (let tries = 8; tries > 0; tries--) {
        run('dd', ['if=/dev/zero', `of=${join(directory, `forced-${tries}`)}`, 'bs=64K', 'count=4', 'conv=fsync']);
        cpSync(image, copy);
        if (!/^log_root\s+0$/m.test(run('btrfs', ['inspect-internal', 'dump-super', copy]))) break;
      }
    });
    await withTree(copy, openBtrfs, async ({ warnings }) => expect(warnings).toEqual([expect.stringContaining('log')]));
    await withTree(image, openBtrfs, async ({ warnings }) => expect(warnings).toBeUndefined());
    expect(await compareWithMount(copy, openBtrfs, { fileSystem: 'btrfs', options: 'rescue=nologreplay' })).toEqual([]);
  });

  test('one of two devices is not supported', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, '');
    truncateSync(other, 256 << 20);
    make(image, '--data', 'raid0', other);
    const opened = withTree(image, openBtrfs, async () => {});
    await expect(opened).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('one of 2 devices') });
  });
});
