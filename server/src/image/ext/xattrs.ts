import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { aclTagHasId, aclXattr } from '../posix-acl.ts';
import { Structure } from '../structure.ts';

/** An attribute as it is stored: its name in one of the numbered namespaces. */
export interface StoredAttribute {
  readonly namespace: number;
  readonly name: string;
  /** The value, or the inode that holds it and how many bytes. */
  readonly value: Uint8Array | { readonly inode: number; readonly size: number };
}

const magic = 0xea02_0000;
const entryHeadSize = 16;
/** Where the entries of a block begin. */
const blockHeadSize = 32;
/** The longest value. (Linux: XATTR_SIZE_MAX) */
export const maxValue = 65_536;

/** Namespaces by number, and whether the name stops there. Others are not shown by the kernel. (Linux: fs/ext4/xattr.h) */
const prefixes: Readonly<Record<number, { readonly prefix: string; readonly whole?: true }>> = {
  1: { prefix: 'user.' },
  2: { prefix: 'system.posix_acl_access', whole: true },
  3: { prefix: 'system.posix_acl_default', whole: true },
  4: { prefix: 'trusted.' },
  6: { prefix: 'security.' },
};

/** The attributes after an inode's fields; none where there is no mark of them. Throws `corrupt`. */
export function attributesInInode(rest: Structure | undefined): StoredAttribute[] {
  if (!rest || rest.size < 8 || rest.u32(0) !== magic) return [];
  return parseEntries(rest.part(4, rest.size - 4), 0);
}

/** The attributes in a block of their own. Throws `corrupt`. */
export function attributesInBlock(block: Structure): StoredAttribute[] {
  if (block.u32(0) !== magic || block.u32(8) !== 1) throw new ImageError('corrupt', 'a block of extended attributes is damaged');
  return parseEntries(block, blockHeadSize);
}

function parseEntries(area: Structure, first: number): StoredAttribute[] {
  const attributes: StoredAttribute[] = [];
  for (let at = first; at + 4 <= area.size && area.u32(at) !== 0; ) {
    const nameLength = area.u8(at);
    const name = decodeName(area.bytes(at + entryHeadSize, nameLength));
    const [offset, inode, size] = [area.u16(at + 2), area.u32(at + 4), area.u32(at + 8)];
    if (size > maxValue) throw new ImageError('corrupt', `an extended attribute has ${size} bytes`);
    const value = inode === 0 ? area.bytes(offset, size) : { inode, size };
    attributes.push({ namespace: area.u8(at + 1), name, value });
    at += entryHeadSize + ((nameLength + 3) & ~3);
  }
  return attributes;
}

/** The full name that an attribute has outside, undefined where the kernel hides it. */
export function fullName({ namespace, name }: StoredAttribute): string | undefined {
  const row = prefixes[namespace];
  return row && (row.whole ? row.prefix : row.prefix + name);
}

/** The value that getxattr() gives: access control lists are stored shorter. */
export function visibleValue({ namespace }: StoredAttribute, stored: Uint8Array): Uint8Array {
  return prefixes[namespace]?.whole ? aclXattr(parseAcl(new Structure(stored, 'little-endian'))) : stored;
}

/** (Linux: fs/ext4/acl.h) */
function parseAcl(stored: Structure): Parameters<typeof aclXattr>[0] {
  if (stored.u32(0) !== 1) throw new ImageError('corrupt', `an access control list has the version ${stored.u32(0)}`);
  const entries = [];
  for (let at = 4; at < stored.size; ) {
    const tag = stored.u16(at);
    const withId = aclTagHasId(tag);
    entries.push({ tag, permissions: stored.u16(at + 2), id: withId ? stored.u32(at + 4) : undefined });
    at += withId ? 8 : 4;
  }
  return entries;
}
