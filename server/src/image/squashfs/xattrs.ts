import type { ByteSource } from '../byte-source.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { Fields } from '../little-endian.ts';
import type { MetadataCursor, OpenMetadata } from './metadata.ts';
import { type Superblock, xattrHeadSize } from './superblock.ts';

const prefixes: readonly (string | undefined)[] = ['user.', 'trusted.', 'security.'];
/** Set in the type where the value is elsewhere: what stands in its place points to it. */
const elsewhereBit = 0x100;
/** The longest name, the longest value and the longest list of names on Linux. (include/uapi/linux/limits.h) */
const maxName = 255;
const maxValue = 65_536;
const maxNames = 65_536;
/** The most bytes of all values of one inode. */
const maxValues = 4 << 20;
const idSize = 16;
const idsPerBlock = 512;

/** Gives the extended attributes with a number in the table. */
export type ReadXattrs = (number: number) => Promise<ReadonlyMap<string, Uint8Array>>;

/** Makes the reader of an image's extended attributes. (Linux: fs/squashfs/xattr.c, xattr_id.c) */
export function xattrReader(source: ByteSource, { xattrs: table, size }: Superblock, metadata: OpenMetadata): ReadXattrs {
  return async number => {
    if (table === undefined) throw new ImageError('corrupt', 'an inode has extended attributes, but the image has no table of them');
    const head = new Fields(await source.read(table, xattrHeadSize));
    const region = { start: head.u64(), end: table };
    const count = head.u32();
    if (number >= count) throw new ImageError('corrupt', `it refers to extended attributes ${number} of ${count}`);
    const pointer = new Fields(await source.read(table + xattrHeadSize + 8 * Math.floor(number / idsPerBlock), 8)).u64();
    const id = new Fields(await metadata({ start: 0, end: size }, pointer, (number % idsPerBlock) * idSize).read(idSize));
    const at = (reference: bigint) => metadata(region, region.start + Number(reference >> 16n), Number(reference & 0xffffn));
    return readPairs(at(id.big()), id.u32(), at);
  };
}

async function readPairs(
  cursor: MetadataCursor,
  count: number,
  at: (reference: bigint) => MetadataCursor,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  let [names, values] = [0, 0];
  for (let left = count; left > 0; left--) {
    const head = new Fields(await cursor.read(4));
    const type = head.u16();
    const length = head.u16();
    names += length + 1;
    if (length > maxName || names > maxNames) throw new ImageError('corrupt', 'the names of extended attributes are too long');
    const name = decodeName(await cursor.read(length));
    let value = await readValue(cursor);
    if (type & elsewhereBit) value = await readValue(at(new Fields(value).big()));
    values += value.length;
    if (values > maxValues) throw new ImageError('unsupported', 'the extended attributes of a file are too long');
    const prefix = prefixes[type & ~elsewhereBit];
    if (prefix !== undefined) all.set(prefix + name, value);
  }
  return all;
}

async function readValue(cursor: MetadataCursor): Promise<Uint8Array> {
  const length = new Fields(await cursor.read(4)).u32();
  if (length > maxValue) throw new ImageError('corrupt', `an extended attribute is ${length} bytes long`);
  return cursor.read(length);
}
