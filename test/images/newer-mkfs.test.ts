import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { compareWithMount } from './compare.ts';
import { ensureNewerTools, runNewer } from './newer-tools.ts';
import { makeSampleTree, run } from './samples.ts';

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('images of a newer mkfs.xfs and mkfs.btrfs', () => {
  let folder: string;
  let tools: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    tools = await ensureNewerTools(['xfsprogs', 'btrfs-progs']);
    folder = mkdtempSync(join(tmpdir(), 'newer-'));
    image = join(folder, 'image');
    makeSampleTree(join(folder, 'source'));
    run('rm', ['-r', ...['sparse', 'many', 'links/longest', 'special'].map(name => join(folder, 'source', name))]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[string, 'xfs' | 'btrfs', ...string[]]>([
    ['xfs', 'xfs'],
    ['xfs with pointers to parents, in blocks of 1 KiB', 'xfs', '-n', 'parent=1', '-b', 'size=1024'],
    ['xfs with a tree of metadata', 'xfs', '-m', 'metadir=1'],
    ['btrfs packed with zstd, a tree of block groups, simple quotas', 'btrfs', '--compress', 'zstd', '-O', 'block-group-tree,squota'],
    ['btrfs packed with lzo, in nodes of 4 KiB', 'btrfs', '--compress', 'lzo', '--nodesize', '4096'],
    ['btrfs with subvolumes', 'btrfs', '--compress', 'zlib', '--subvol', 'sizes', '--subvol', 'ro:xattrs'],
  ])('%s', async (_, fileSystem, ...options) => {
    rmSync(image, { force: true });
    writeFileSync(image, '');
    truncateSync(image, 320 << 20);
    const from = fileSystem === 'xfs' ? ['-q', '-f', '-p', '/work/source'] : ['--quiet', '--force', '--rootdir', '/work/source'];
    runNewer(tools, folder, `mkfs.${fileSystem}`, [...from, ...options, '/work/image']);
    const mountOptions = fileSystem === 'xfs' ? { options: 'norecovery' } : {};
    expect(await compareWithMount(image, openRawImage, { fileSystem, ...mountOptions })).toEqual([]);
  });
});
