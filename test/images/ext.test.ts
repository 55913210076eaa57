import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openExt } from '../../server/src/image/ext/ext.ts';
import { compareWithMount, withTree } from './compare.ts';
import { writeHardCases, writeThroughKernel } from './kernel-written.ts';
import { makeSampleTree, run } from './samples.ts';
import { some } from './some.ts';

/** Features that mke2fs turns on unasked differ by version; here each case says its own. */
const none = 'none,filetype,sparse_super,large_file,ext_attr';
const modern = `${none},extents,64bit,metadata_csum,flex_bg,huge_file,dir_nlink,extra_isize,dir_index`;

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('ext2, ext3 and ext4 as the kernel shows them', () => {
  let folder: string;
  let full: string;
  /** With attributes that do not fit into a block. */
  let long: string;
  /** Without what does not fit into blocks of 1 KiB or takes long. */
  let short: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'ext-'));
    [full, long, short, image] = [join(folder, 'full'), join(folder, 'long'), join(folder, 'short'), join(folder, 'image')];
    makeSampleTree(full);
    for (const name of ['links/longest', 'xattrs/many']) rmSync(join(full, name)); // more than mke2fs takes
    symlinkSync('t/'.repeat(500), join(full, 'links/longest'));
    run('cp', ['--archive', '--link', full, long]);
    rmSync(join(full, 'xattrs/big'));
    run('cp', ['--archive', '--link', full, short]);
    rmSync(join(short, 'many'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Makes an image of a tree. */
  const make = (source: string | undefined, size: string, features: string, options: readonly string[] = []) => {
    rmSync(image, { force: true });
    const from = source === undefined ? [] : ['-d', source];
    run('mke2fs', ['-q', '-F', '-E', 'nodiscard', '-O', features, ...options, ...from, image, size]);
  };
  const compared = (options?: string) =>
    compareWithMount(image, openExt, { fileSystem: 'ext4', ...(options !== undefined && { options }) });

  test.each<[string, 'full' | 'long' | 'short', string, string, ...string[]]>(
    some([
      ['ext2', 'full', '60M', none],
      ['ext2 of revision 0', 'short', '60M', 'none', '-r', '0', '-b', '1024'],
      ['ext2 in blocks of 1 KiB: lists of lists of lists', 'short', '60M', none, '-b', '1024', '-I', '128'],
      ['ext2 without kinds in directories', 'full', '60M', 'none,ext_attr', '-b', '4096'],
      ['ext3', 'short', '60M', `${none},has_journal,dir_index`, '-b', '2048', '-I', '128'],
      ['ext4', 'full', '80M', `${modern},has_journal`],
      ['ext4 in blocks of 1 KiB', 'short', '60M', modern, '-b', '1024'],
      ['ext4 with places of 32 bits', 'full', '60M', `${none},extents,uninit_bg`],
      ['content in inodes', 'full', '60M', `${modern},inline_data`],
      ['content in inodes of 1 KiB', 'full', '80M', `${modern},inline_data`, '-I', '1024'],
      ['clusters', 'full', '80M', `${modern},bigalloc`, '-C', '16384'],
      ['clusters of small blocks, descriptors in groups', 'short', '80M', `${modern},bigalloc,meta_bg`, '-b', '1024', '-C', '8192'],
      ['descriptors in groups', 'short', '60M', `${modern},meta_bg`, '-b', '1024', '-g', '1024'],
      [
        'descriptors of 32 bytes in groups, two superblocks',
        'short',
        '60M',
        `${none},extents,meta_bg,sparse_super2`,
        '-b',
        '1024',
        '-g',
        '256',
      ],
      ['attributes in inodes of their own', 'long', '60M', `${modern},ea_inode,large_dir`],
    ]),
  )('%s', async (_, source, size, features, ...options) => {
    make({ full, long, short }[source], size, features, options);
    expect(await compared()).toEqual([]);
  });

  /** Lets the kernel write what mke2fs does not. */
  const written = (allocate: boolean, use: () => void = () => {}) =>
    writeThroughKernel(image, 'ext4', '', directory => {
      writeHardCases(directory, { allocate });
      run('cp', ['--archive', join(full, 'many'), join(full, 'holes'), join(full, 'xattrs/shared-1'), join(full, 'times'), directory]);
      run('sync', ['-f', directory]);
      use();
    });

  test.each<[string, string, ...string[]]>(
    some([
      ['extents of several levels', `${modern},has_journal`, '-b', '1024'],
      ['lists of blocks', `${none},has_journal,dir_index`, '-b', '1024'],
      ['clusters and content in inodes', `${modern},bigalloc,inline_data`, '-C', '65536'],
    ]),
  )('written by the kernel: %s', async (_, features, ...options) => {
    make(undefined, '60M', features, options);
    await written(features.includes('extents'));
    expect(await compared()).toEqual([]);
  });

  test('a journal that was not played back is a warning', async () => {
    make(undefined, '60M', `${modern},has_journal`);
    const copy = join(folder, 'copy');
    await written(true, () => cpSync(image, copy));
    await withTree(copy, openExt, async ({ warnings }) => expect(warnings).toEqual([expect.stringContaining('journal')]));
    await withTree(image, openExt, async ({ warnings }) => expect(warnings).toBeUndefined());
    expect(await compareWithMount(copy, openExt, { fileSystem: 'ext4', options: 'noload' })).toEqual([]);
  });

  // this kernel mounts neither: the tree that they were made from, whose times mke2fs may cut
  test.each<[string, string, ...string[]]>(
    some([
      ['blocks of 64 KiB', modern, '-b', '65536'],
      ['names in any case', `${modern},casefold`, '-E', 'encoding=utf8'],
    ]),
  )('%s', async (_, features, ...options) => {
    rmSync(join(full, 'times'), { recursive: true, force: true });
    run('touch', ['--date=@1700000000', full]);
    make(full, '200M', features, options);
    mkdirSync(join(full, 'lost+found'), { mode: 0o700 });
    try {
      const wanted = (found: string) => !found.includes('lost+found') && !found.includes(`${full}" has time`);
      const found = await compareWithMount(image, openExt, { fileSystem: 'ext4', reference: full });
      expect(found.filter(wanted)).toEqual([]);
    } finally {
      rmSync(join(full, 'lost+found'), { recursive: true });
    }
  });

  test('what needs a key is not supported, the rest is read', async () => {
    make(short, '60M', `${modern},encrypt`);
    run('debugfs', ['-w', '-R', 'set_inode_field /empty flags 0x80800', image]);
    await withTree(image, openExt, async ({ root }) => {
      const file = await root.lookup('empty');
      if (file?.kind !== 'file') throw new Error('not a file');
      await expect(file.read(0, 1)).rejects.toMatchObject({ kind: 'unsupported', message: 'a file in it is encrypted' });
    });
  });
});
