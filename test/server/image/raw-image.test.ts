import { expect, test } from 'vitest';
import { memorySource, sliceSource } from '../../../server/src/image/byte-source.ts';
import { identifyRawImage, openRawImage } from '../../../server/src/image/raw-image.ts';

/** An image of some size with text or bytes at some offsets. */
function image(size: number, ...marks: [number, string | number[]][]) {
  const bytes = new Uint8Array(size);
  for (const [offset, mark] of marks) bytes.set(typeof mark === 'string' ? new TextEncoder().encode(mark) : mark, offset);
  return memorySource(bytes);
}

test.each<[string | undefined, string, ReturnType<typeof image>]>([
  ['gpt', 'corrupt', image(8192, [510, [0x55, 0xaa]], [512, 'EFI PART'])],
  ['gpt', 'corrupt', image(8192, [510, [0x55, 0xaa]], [4096, 'EFI PART'])],
  ['erofs', 'corrupt', image(8192, [1024, [0xe2, 0xe1, 0xf5, 0xe0]])],
  ['ext4', 'corrupt', image(8192, [1080, [0x53, 0xef]])],
  ['btrfs', 'corrupt', image(70_000, [65600, '_BHRfS_M'])],
  ['xfs', 'unsupported', image(512, [0, 'XFSB'])],
  ['luks', 'unsupported', image(512, [0, 'LUKS'], [4, [0xba, 0xbe]])],
  ['verity', 'unsupported', image(512, [0, 'verity'])],
  ['vfat', 'unsupported', image(512, [82, 'FAT32   '], [510, [0x55, 0xaa]])],
  ['vfat', 'unsupported', image(512, [54, 'FAT16   '], [510, [0x55, 0xaa]])],
  ['mbr', 'unsupported', image(512, [510, [0x55, 0xaa]])],
  ['qcow2', 'unsupported', image(512, [0, [0x51, 0x46, 0x49, 0xfb]])],
  [undefined, 'unsupported', image(100_000)],
  [undefined, 'unsupported', image(1, [0, 'h'])],
  [undefined, 'corrupt', image(0)],
  ['squashfs', 'corrupt', image(4, [0, 'hsqs'])],
  ['squashfs', 'unsupported', image(96, [0, 'hsqs'])],
])('an image that holds %s is %s', async (fileSystem, kind, source) => {
  expect((await identifyRawImage(source)).fileSystem).toBe(fileSystem);
  await expect(openRawImage(source, {})).rejects.toMatchObject({ name: 'ImageError', kind });
});

test.each<[number, number]>([
  [0, 11],
  [10, 1],
  [11, 0],
  [-1, 1],
  [0, -1],
  [0.5, 1],
  [Number.NaN, 1],
  [0, Number.POSITIVE_INFINITY],
  [2 ** 53, 2 ** 53],
])('no source gives bytes outside itself: %d, %d', async (offset, length) => {
  const source = memorySource(new Uint8Array(10));
  await expect(source.read(offset, length)).rejects.toMatchObject({ kind: 'corrupt' });
  await expect(sliceSource(memorySource(new Uint8Array(100)), 20, 10).read(offset, length)).rejects.toMatchObject({ kind: 'corrupt' });
});

test('a slice is a source of its own', async () => {
  const source = memorySource(Uint8Array.from({ length: 100 }, (_, i) => i));
  const slice = sliceSource(sliceSource(source, 20, 50), 10, 5);
  expect([...(await slice.read(1, 4))]).toEqual([31, 32, 33, 34]);
  expect(() => sliceSource(source, 90, 11)).toThrow('ends after 100 bytes');
});
