/** Trees over each other, beside what the kernel's overlayfs shows of the same images. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import type { ImageTree } from '../../server/src/image/image-tree.ts';
import { hierarchies, layeredTree } from '../../server/src/image/layers.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { resolveInImage } from '../../server/src/image/resolve.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { differences, withMount } from './compare.ts';
import { run } from './samples.ts';

/** The first kernel that knows whiteouts by attribute. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const knowsMarkedFiles = major > 6 || (major === 6 && minor >= 7);

/** What lies in each layer, the lowest first: files by their path, `whiteout`, `opaque` and links. */
const layers: readonly Readonly<Record<string, string>>[] = [
  {
    'usr/bin/base': 'base',
    'usr/bin/gone': 'gone',
    'usr/bin/again': 'base',
    'usr/lib/opaque/base': 'base',
    'usr/lib/opaque/deep/base': 'base',
    'usr/lib/file-then-folder': 'base',
    'usr/lib/folder-then-file/base': 'base',
    'usr/lib/folder-gone/base': 'base',
    'usr/share/link': '-> ../lib',
    'usr/share/marked/base': 'base',
    'usr/share/marked/kept': 'kept',
    'etc/conf': 'base',
  },
  {
    'usr/bin/middle': 'middle',
    'usr/bin/base': 'middle',
    'usr/bin/gone': 'whiteout',
    'usr/bin/again': 'whiteout',
    'usr/lib/opaque': 'opaque',
    'usr/lib/opaque/middle': 'middle',
    'usr/lib/file-then-folder/middle': 'middle',
    'usr/lib/folder-then-file': 'middle',
    'usr/lib/folder-gone': 'whiteout',
    ...(knowsMarkedFiles && { 'usr/share/marked': 'with marked files', 'usr/share/marked/base': 'marked whiteout' }),
    'opt/middle': 'middle',
  },
  {
    'usr/bin/again': 'top',
    'usr/lib/opaque/top': 'top',
    'usr/lib/opaque/deep/top': 'top',
    'usr/lib/folder-gone/top': 'top',
    'usr/share/link/top': 'top',
    'usr/bin/never-there': 'whiteout',
    'etc/conf': 'top',
  },
];

function makeLayer(root: string, content: Readonly<Record<string, string>>): void {
  mkdirSync(root);
  for (const [path, what] of Object.entries(content)) {
    const at = join(root, path);
    mkdirSync(join(at, '..'), { recursive: true });
    if (what === 'whiteout') run('mknod', [at, 'c', '0', '0']);
    else if (what === 'opaque' || what === 'with marked files') {
      mkdirSync(at);
      run('setfattr', ['-n', 'trusted.overlay.opaque', '-v', what === 'opaque' ? 'y' : 'x', at]);
    } else if (what === 'marked whiteout') {
      writeFileSync(at, '');
      run('setfattr', ['-n', 'trusted.overlay.whiteout', '-v', 'y', at]);
    } else if (what.startsWith('-> ')) symlinkSync(what.slice(3), at);
    else writeFileSync(at, what);
  }
}

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('layers', () => {
  let folder: string;
  let images: string[];
  let trees: ImageTree[];
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'layers-'));
    images = layers.map((content, n) => {
      makeLayer(join(folder, `tree-${n}`), content);
      run('mksquashfs', [join(folder, `tree-${n}`), join(folder, `${n}.raw`), '-noappend', '-quiet', '-no-progress']);
      return join(folder, `${n}.raw`);
    });
    trees = [];
    for (const image of images) {
      const file = await imageFiles.open(image);
      open.push(file);
      trees.push(await openRawImage(file, decompressors));
    }
  });
  afterAll(async () => {
    for (const file of open) await file.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('over the whole root, as overlayfs merges them', async () => {
    const [base, middle, top] = trees;
    if (!base || !middle || !top) throw new Error('no trees');
    const merged = layeredTree(base, [
      { tree: middle, over: 'all' },
      { tree: top, over: 'all' },
    ]);
    const mounted = (rest: readonly string[], directories: readonly string[]): Promise<readonly string[]> => {
      const [image, ...others] = rest;
      if (image !== undefined)
        return withMount(image, { fileSystem: 'squashfs' }, directory => mounted(others, [directory, ...directories]));
      const root = join(folder, 'root');
      mkdirSync(root, { recursive: true });
      run('mount', ['-t', 'overlay', 'overlay', '-o', `ro,lowerdir=${directories.join(':')}`, root]);
      return differences(merged, root, xattr => !xattr.startsWith('trusted.overlay.')).finally(() => run('umount', [root]));
    };
    expect(await mounted(images, [])).toEqual([]);
  });

  test('of extensions only what they may bring', async () => {
    const [base, middle, top] = trees;
    if (!base || !middle || !top) throw new Error('no trees');
    const text = async (tree: ImageTree, path: string) => {
      const found = await resolveInImage(tree, path);
      return found.outcome === 'found' && found.node.kind === 'file'
        ? Buffer.from(await found.node.read(0, 100)).toString()
        : found.outcome;
    };
    const system = layeredTree(base, [
      { tree: middle, over: hierarchies.sysext },
      { tree: top, over: hierarchies.sysext },
    ]);
    expect(await text(system, '/usr/bin/again')).toBe('top');
    expect(await text(system, '/usr/bin/gone')).toBe('missing');
    expect(await text(system, '/opt/middle')).toBe('middle');
    expect(await text(system, '/etc/conf')).toBe('base');
    expect(Array.from(await system.root.list(), ({ name }) => name)).toEqual(['etc', 'opt', 'usr']);
    const configuration = layeredTree(base, [{ tree: top, over: hierarchies.confext }]);
    expect(await text(configuration, '/etc/conf')).toBe('top');
    expect(await text(configuration, '/usr/bin/again')).toBe('base');
  });
});
