import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureTree } from '../../lab/hosts.ts';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { counted } from '../server/image/counted.ts';
import { noise, words } from '../server/image/real-squashfs.ts';
import { compareWithMount, withTree } from './compare.ts';
import { ensureNewerErofs, newerMkfs } from './erofs-newer.ts';
import { makeSampleTree, run } from './samples.ts';
import { some } from './some.ts';

/** Content that compresses in parts only, and comes again at other offsets. */
function mixed(): readonly Uint8Array[] {
  return Array.from({ length: 120 }, (_, i) => [noise(100 + i * 61, i), words(50 + ((i * i * 7) % 9000))]).flat();
}

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('erofs as the kernel shows it', () => {
  let folder: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'erofs-'));
    image = join(folder, 'image');
    const full = join(folder, 'full');
    makeSampleTree(full);
    const parts = mixed();
    writeFileSync(join(full, 'mixed'), Buffer.concat(parts));
    writeFileSync(join(full, 'mixed-later'), Buffer.concat([...parts.slice(10), ...parts.slice(50, 90)]));
    writeFileSync(join(full, 'mixed-twice'), Buffer.concat([...parts.slice(100), ...parts]));
    // without what takes mkfs.erofs long: a hole of 1 GiB that is compressed, megabytes of the same words for lz4hc
    run('cp', ['--archive', '--link', full, join(folder, 'short')]);
    for (const name of ['sparse', 'ten-megabytes', 'links/hard']) rmSync(join(folder, 'short', name));
    // and what erofs-utils 1.5 cannot take
    run('cp', ['--archive', '--link', join(folder, 'short'), join(folder, 'old')]);
    rmSync(join(folder, 'old/names', 'n'.repeat(255)));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compared = (xattrs: (name: string) => boolean = () => true) =>
    compareWithMount(image, openRawImage, { fileSystem: 'erofs', xattrs });
  const make = (source: string, ...options: readonly string[]) => {
    rmSync(image, { force: true });
    run('mkfs.erofs', ['--quiet', ...options, image, join(folder, source)]);
  };

  test.each<[string, ...string[]]>(
    some([
      ['nothing compressed'],
      ['no content behind inodes', '-Enoinline_data'],
      ['one time for all, owners set', '-T1600000000', '--force-uid=4000000000', '--force-gid=7'],
      ['extended inodes', '-Eforce-inode-extended'],
      ['compact inodes', '-Eforce-inode-compact', '--all-root', '-T1600000000'],
      ['every attribute shared', '-x1'],
      ['no attributes', '-x-1'],
      ['chunks, a map of blocks', '-Eforce-inode-blockmap'],
      ['small chunks', '--chunksize=4096'],
      ['larger chunks with indexes', '--chunksize=65536', '-Eforce-chunk-indexes'],
      ['lz4', '-zlz4'],
      ['lz4, full index, padded behind', '-zlz4', '-Elegacy-compress'],
      ['lz4hc, big clusters, full index', '-zlz4hc', '-C65536', '-Elegacy-compress'],
      ['lz4hc, big clusters', '-zlz4hc', '-C131072'],
      ['lz4hc, small extents', '-zlz4hc', '--max-extent-bytes=8192'],
      ['tails behind the index', '-zlz4hc', '-Eztailpacking'],
      ['tails behind the index, big clusters', '-zlz4hc', '-C32768', '-Eztailpacking'],
      ['tails in fragments', '-zlz4', '-C65536', '-Efragments'],
      ['all in fragments', '-zlz4', '-C65536', '-Eall-fragments'],
      ['shared clusters', '-zlz4', '-C65536', '-Ededupe'],
      ['shared clusters, full index, tails', '-zlz4', '-Ededupe,legacy-compress,ztailpacking'],
      ['shared clusters, tails in fragments', '-zlz4', '-C16384', '-Ededupe,fragments'],
    ]),
  )('%s', async (_, ...options) => {
    make('old', ...options);
    expect(await compared()).toEqual([]);
  });

  describe('from a newer mkfs.erofs', () => {
    let tree: string;
    beforeAll(async () => {
      tree = await ensureNewerErofs();
    });
    const makeNewer = (source: string, ...options: readonly string[]) => {
      rmSync(image, { force: true });
      newerMkfs(tree, folder, 'image', source, options);
    };

    test.each<[string, ...string[]]>(
      some([
        ['lzma', '-zlzma', '-C16384'],
        ['lzma, all in fragments, shared', '-zlzma', '-C65536', '-Eall-fragments'],
        ['deflate', '-zdeflate'],
        ['deflate, big clusters, shared, tails', '-zdeflate,level=9', '-C65536', '-Ededupe,ztailpacking'],
        ['deflate by another library', '-zlibdeflate', '-C65536', '-Efragments'],
        ['zstd', '-zzstd', '-C65536'],
        ['zstd, largest clusters, shared, fragments', '-zzstd', '-C1048576', '-Eall-fragments'],
        ['zstd, small clusters, tails', '-zzstd', '-Eztailpacking'],
        ['several algorithms', '-zlz4hc:lzma:deflate:zstd', '-C65536'],
        ['blocks of 512 bytes', '-b512', '-zzstd', '-C8192'],
        ['blocks of 1 KiB, not compressed', '-b1024'],
        ['blocks of 2 KiB, shared, fragments', '-b2048', '-zlz4hc', '-C16384', '-Efragments,dedupe'],
        ['wide block numbers', '-E48bit,dot-omitted'],
        ['wide block numbers, chunks', '--chunksize=8192', '-E48bit,force-chunk-indexes'],
        ['records of extents', '-zzstd', '-C65536', '-E48bit,fragments', '--max-extent-bytes=131072'],
        ['records of extents, tails', '-zlz4hc', '-C16384', '-E48bit,ztailpacking,dedupe'],
        ['compressed metadata', '-zzstd', '-C65536', '-m4096', '-x1'],
        ['compressed metadata, other algorithm', '-zlz4', '-m4096:lz4', '--xattr-prefix=user.'],
        ['compressed directories', '-zlz4hc', '-C16384', '--zD'],
        ['metadata apart', '-zlz4', '--MZ=id'],
        ['long prefixes of attributes', '--xattr-prefix=trusted.overlay.', '--xattr-prefix=user.on', '-Exattr-name-filter'],
        ['long prefixes among fragments', '--xattr-prefix=user.on', '-zlz4hc', '-Eall-fragments'],
        ['nothing but holes', '--clean=0'],
      ]),
    )('%s', async (_, ...options) => {
      makeNewer('short', ...options);
      expect(await compared()).toEqual([]);
    });

    test('chunks with holes of a large file', async () => {
      makeNewer('full', '--chunksize=8192');
      expect(await compared()).toEqual([]);
    });

    test('content on another device', async () => {
      makeNewer('short', '--chunksize=8192', '--blobdev=/work/blob');
      await withTree(image, openRawImage, async ({ root }) => {
        const file = await root.lookup('mixed');
        expect(file).toMatchObject({ kind: 'file' });
        if (file?.kind !== 'file') return;
        await expect(file.read(0, 10)).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('another device') });
      });
    });
  });

  test('a whole Debian', async () => {
    rmSync(image, { force: true });
    run('mkfs.erofs', ['--quiet', '-zlz4', '-C65536', image, await ensureTree('bookworm')]);
    expect(await compared()).toEqual([]);
  });

  test('a directory of 20,000 names: one is found by reading little', async () => {
    const crowd = join(folder, 'crowd');
    run('mkdir', [crowd]);
    const script = "import os, sys\nos.chdir(sys.argv[1])\nfor i in range(20000): os.symlink('x', 'name-%d' % i)";
    run('python3', ['-c', script, crowd]);
    make('crowd', '-T1600000000');
    const file = await imageFiles.open(image);
    try {
      const counting = counted(file);
      const tree = await openRawImage(counting, decompressors);
      for (const name of ['name-0', 'name-19999', 'name-10000', 'name-9']) {
        expect(await tree.root.lookup(name), name).toMatchObject({ kind: 'link' });
      }
      for (const name of ['', '!', 'name-20000', 'zzz', 'name-1000x']) expect(await tree.root.lookup(name)).toBeUndefined();
      expect(counting.taken).toBeLessThan(512 << 10);
      expect([...(await tree.root.list())].length).toBe(20_000);
    } finally {
      await file.close();
    }
  });
});
