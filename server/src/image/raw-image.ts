import { openBtrfs } from './btrfs/btrfs.ts';
import type { ByteSource } from './byte-source.ts';
import type { Decompressors } from './compression.ts';
import { openErofs } from './erofs/erofs.ts';
import { openExt } from './ext/ext.ts';
import { ImageError } from './image-error.ts';
import type { ImageTree } from './image-tree.ts';
import { openPartitions } from './partitions/open.ts';
import { openSquashfs } from './squashfs/squashfs.ts';
import { openXfs } from './xfs/xfs.ts';

/** What a raw image can hold, by the bytes that give it away. */
interface Format {
  /** As users know it: `ImageFacts.fileSystem`. */
  readonly name: string;
  /** For the sentence "it holds ...", with article. */
  readonly title: string;
  /** All of these must be there: offset, bytes. */
  readonly magic: readonly (readonly [number, readonly number[]])[];
  /** Absent: recognised, but not read. */
  readonly open?: (source: ByteSource, decompressors: Decompressors, machine: string | undefined) => Promise<ImageTree>;
}

const ascii = (text: string) => Array.from(text, c => c.charCodeAt(0));
const partitioned = (source: ByteSource, decompressors: Decompressors, machine: string | undefined) =>
  openPartitions(source, decompressors, identifyRawImage, machine);

/** In order: what wraps other things comes first, weak magics last. Offsets as the kernel's magic.h, libblkid and the UEFI specification give them. */
const formats: readonly Format[] = [
  { name: 'squashfs', title: 'a squashfs file system', magic: [[0, ascii('hsqs')]], open: openSquashfs },
  { name: 'luks', title: 'a LUKS encrypted volume', magic: [[0, [...ascii('LUKS'), 0xba, 0xbe]]] },
  { name: 'verity', title: 'dm-verity hashes, not the data that they protect', magic: [[0, [...ascii('verity'), 0, 0]]] },
  { name: 'gpt', title: 'a GPT partition table', magic: [[512, ascii('EFI PART')]], open: partitioned },
  { name: 'gpt', title: 'a GPT partition table with sectors of 4096 bytes', magic: [[4096, ascii('EFI PART')]], open: partitioned },
  { name: 'xfs', title: 'an xfs file system', magic: [[0, ascii('XFSB')]], open: openXfs },
  { name: 'erofs', title: 'an erofs file system', magic: [[1024, [0xe2, 0xe1, 0xf5, 0xe0]]], open: openErofs },
  { name: 'ext4', title: 'an ext2, ext3 or ext4 file system', magic: [[1024 + 56, [0x53, 0xef]]], open: openExt },
  { name: 'btrfs', title: 'a btrfs file system', magic: [[65536 + 64, ascii('_BHRfS_M')]], open: openBtrfs },
  { name: 'f2fs', title: 'an f2fs file system', magic: [[1024, [0x10, 0x20, 0xf5, 0xf2]]] },
  { name: 'iso9660', title: 'an ISO 9660 file system', magic: [[32769, ascii('CD001')]] },
  { name: 'qcow2', title: 'a qcow2 disk image, which portabled does not take', magic: [[0, [...ascii('QFI'), 0xfb]]] },
  { name: 'gzip', title: 'a gzip-compressed file, to be unpacked first', magic: [[0, [0x1f, 0x8b, 0x08]]] },
  { name: 'xz', title: 'an xz-compressed file, to be unpacked first', magic: [[0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]]] },
  { name: 'zstd', title: 'a zstd-compressed file, to be unpacked first', magic: [[0, [0x28, 0xb5, 0x2f, 0xfd]]] },
  {
    name: 'vfat',
    title: 'a FAT file system',
    magic: [
      [82, ascii('FAT32   ')],
      [510, [0x55, 0xaa]],
    ],
  },
  {
    name: 'vfat',
    title: 'a FAT file system',
    magic: [
      [54, ascii('FAT')],
      [510, [0x55, 0xaa]],
    ],
  },
  { name: 'mbr', title: 'an MBR partition table', magic: [[510, [0x55, 0xaa]]], open: partitioned },
];
/** The names of the file systems that are read. */
export const readableFileSystems: ReadonlySet<string> = new Set(
  formats.flatMap(({ name, open }) => (open && open !== partitioned ? [name] : [])),
);
const headSize = Math.max(...formats.flatMap(({ magic }) => magic.map(([offset, bytes]) => offset + bytes.length)));

/** Opens it; `machine` is as in openRawImage(). */
type OpenRaw = (decompressors: Decompressors, machine?: string) => Promise<ImageTree>;

/** A raw image, its format told. */
export type RawImage =
  | { readonly fileSystem: string; readonly open: OpenRaw }
  | { readonly fileSystem?: string; readonly error: ImageError };

/** Tells what a raw image holds from its magic bytes. Throws ImageError where the source cannot be read. */
export async function identifyRawImage(source: ByteSource): Promise<RawImage> {
  if (source.size === 0) return { error: new ImageError('corrupt', 'the file is empty') };
  const head = await source.read(0, Math.min(headSize, source.size));
  const format = formats.find(({ magic }) => magic.every(([offset, bytes]) => bytes.every((byte, i) => head[offset + i] === byte)));
  if (!format) return { error: new ImageError('unsupported', 'it holds no file system or partition table that is known') };
  const { name, title, open } = format;
  if (!open) return { fileSystem: name, error: new ImageError('unsupported', `it holds ${title}, which cannot be read yet`) };
  return { fileSystem: name, open: (decompressors, machine) => open(source, decompressors, machine) };
}

/**
 * Opens a raw image, whatever it holds. `machine` is the architecture for which it is opened, under systemd's name, where that is known: an image can
 * hold a root for each of several. Throws ImageError: `unsupported` where it is recognised but not read, or not recognised.
 */
export async function openRawImage(source: ByteSource, decompressors: Decompressors, machine?: string): Promise<ImageTree> {
  const image = await identifyRawImage(source);
  if ('error' in image) throw image.error;
  return image.open(decompressors, machine);
}
