/** Sound images that are damaged: small ones of every file system that is read, and how each is opened. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBtrfs } from '../../server/src/image/btrfs/btrfs.ts';
import { openErofs } from '../../server/src/image/erofs/erofs.ts';
import { openExt } from '../../server/src/image/ext/ext.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { openXfs } from '../../server/src/image/xfs/xfs.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { btrfsImages } from '../server/image/btrfs-images.ts';
import { erofsSamples, unchecked } from '../server/image/erofs-samples.ts';
import { extImages } from '../server/image/ext-images.ts';
import type { Open } from '../server/image/hostile.ts';
import { haveMksquashfs, makeSmallTree, mksquashfs } from '../server/image/real-squashfs.ts';
import { type TinyImage, unpackTiny } from '../server/image/tiny-image.ts';
import { xfsImages } from '../server/image/xfs-images.ts';

export interface Seed {
  readonly format: string;
  readonly name: string;
  /** What is damaged: of the larger images only the sectors that hold something. */
  readonly bytes: Uint8Array;
  readonly open: Open;
}

const tiny =
  (format: string, open: Open) =>
  ([name, image]: readonly [string, TinyImage]): Seed => {
    const { bytes, image: whole } = unpackTiny(image);
    return { format, name, bytes, open: kept => open(whole(kept)) };
  };

/** The seeds of some formats, all where none is named. Those of squashfs are made by mksquashfs, and left out where there is none. */
export function seedsOf(formats: readonly string[]): readonly Seed[] {
  const wanted = (format: string) => formats.length === 0 || formats.includes(format);
  return [
    ...Object.entries(extImages).map(tiny('ext', openExt)),
    ...Object.entries(btrfsImages).map(tiny('btrfs', source => openBtrfs(source, decompressors))),
    ...Object.entries(xfsImages).map(tiny('xfs', openXfs)),
    ...erofsSamples.map(
      ({ name, bytes }): Seed => ({ format: 'erofs', name, bytes: unchecked(bytes), open: source => openErofs(source, decompressors) }),
    ),
    ...(wanted('squashfs') && haveMksquashfs ? squashfsSeeds() : []),
  ].filter(({ format }) => wanted(format));
}

function squashfsSeeds(): readonly Seed[] {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-squashfs-'));
  try {
    const tree = join(folder, 'tree');
    makeSmallTree(tree);
    for (let i = 0; i < 300; i++) symlinkSync(`${i}`, join(tree, `usr/link-with-a-name-that-is-long-enough-for-an-index-${i}`));
    const image = join(folder, 'image');
    const cases: Readonly<Record<string, readonly string[]>> = {
      stored: ['-b', '4K', '-noI', '-noId', '-noF', '-noD'],
      ...Object.fromEntries(['gzip', 'xz', 'lzma', 'lz4', 'lzo', 'zstd'].map(name => [name, ['-b', '4K', '-comp', name]])),
    };
    return Object.entries(cases).map(([name, options]): Seed => {
      mksquashfs(tree, image, [...options, '-nopad']);
      return { format: 'squashfs', name, bytes: new Uint8Array(readFileSync(image)), open: source => openRawImage(source, decompressors) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
