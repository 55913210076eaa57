import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { aclTagHasId, aclXattr } from '../posix-acl.ts';
import { Structure } from '../structure.ts';
import { createXattrSet } from '../xattr-set.ts';
import type { ForkReader } from './fork.ts';
import type { Fork } from './inode.ts';
import type { XfsSuperblock } from './superblock.ts';

/** An attribute as it is stored; `namespace` by the bits of its flags. */
interface StoredAttribute {
  readonly flags: number;
  readonly name: string;
  readonly value: () => Promise<Uint8Array>;
}

const flagBits = { local: 0x1, root: 0x2, secure: 0x4, parent: 0x8, incomplete: 0x80 } as const;
const leafMagics = { 4: 0xfbee, 5: 0x3bee } as const;
const nodeMagics = { 4: 0xfebe, 5: 0x3ebe } as const;
const remoteMagic = 0x5841_524d; // XARM
const remoteHead = 56;
/** The longest value. (Linux: XATTR_SIZE_MAX) */
const maxValue = 65_536;
const maxLevels = 5;
/** Blocks of attributes that a file may have: far more than names of 64 KiB take, which is what the kernel lists. */
const maxLeaves = 4096;

/** Access control lists have names of their own, under which the kernel shows them, too. (Linux: fs/xfs/libxfs/xfs_format.h) */
const lists: Readonly<Record<string, string | undefined>> = {
  SGI_ACL_FILE: 'system.posix_acl_access',
  SGI_ACL_DEFAULT: 'system.posix_acl_default',
};

/** An inode's extended attributes by full name. Throws ImageError. (Linux: fs/xfs/libxfs/xfs_da_format.h, fs/xfs/xfs_xattr.c) */
export async function readAttributes(
  fork: Fork,
  superblock: XfsSuperblock,
  open: () => ForkReader,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const set = createXattrSet();
  const add = async ({ flags, name, value }: StoredAttribute) => {
    if (flags & (flagBits.parent | flagBits.incomplete)) return;
    const prefix = flags & flagBits.root ? 'trusted.' : flags & flagBits.secure ? 'security.' : 'user.';
    const bytes = await value();
    set.add(prefix + name, bytes);
    const list = flags & flagBits.root ? lists[name] : undefined;
    if (list) set.add(list, aclXattr(parseAcl(new Structure(bytes, 'big-endian'))));
  };
  if (fork.format === 'local') for (const attribute of shortAttributes(fork.area)) await add(attribute);
  else if (fork.format !== 'extents' || fork.extents > 0) await eachLeaf(open(), superblock, add);
  return set.values;
}

/** Attributes that fit into the inode. */
function shortAttributes(area: Structure): StoredAttribute[] {
  const attributes: StoredAttribute[] = [];
  for (let i = 0, at = 4; i < area.u8(2); i++) {
    const [nameLength, valueLength] = [area.u8(at), area.u8(at + 1)];
    const value = area.bytes(at + 3 + nameLength, valueLength);
    attributes.push({ flags: area.u8(at + 2), name: decodeName(area.bytes(at + 3, nameLength)), value: async () => value });
    at += 3 + nameLength + valueLength;
  }
  return attributes;
}

/** Goes down to the first leaf, then from leaf to leaf. */
async function eachLeaf(fork: ForkReader, superblock: XfsSuperblock, add: (attribute: StoredAttribute) => Promise<void>): Promise<void> {
  const { blockSize, version } = superblock;
  const read = async (block: number) => new Structure(await fork.read(block * blockSize, blockSize), 'big-endian');
  let block = await read(0);
  for (let level = 0; block.u16(8) === nodeMagics[version]; level++) {
    if (level > maxLevels) throw damaged();
    block = await read(block.u32((version === 5 ? 64 : 16) + 4));
  }
  const seen = new Set<number>();
  for (;;) {
    if (block.u16(8) !== leafMagics[version]) throw damaged();
    for (const attribute of leafAttributes(block, fork, superblock)) await add(attribute);
    const next = block.u32(0);
    if (next === 0) return;
    if (seen.has(next) || seen.size >= maxLeaves) throw damaged();
    seen.add(next);
    block = await read(next);
  }
}

function* leafAttributes(leaf: Structure, fork: ForkReader, superblock: XfsSuperblock): Generator<StoredAttribute> {
  const [counts, head] = superblock.version === 5 ? [56, 80] : [12, 32];
  const count = leaf.u16(counts);
  for (let i = 0; i < count; i++) {
    const at = leaf.u16(head + 8 * i + 4);
    const flags = leaf.u8(head + 8 * i + 6);
    if (flags & flagBits.local) {
      const [length, nameLength] = [leaf.u16(at), leaf.u8(at + 2)];
      const value = leaf.bytes(at + 3 + nameLength, length);
      yield { flags, name: decodeName(leaf.bytes(at + 3, nameLength)), value: async () => value };
    } else {
      const [block, length] = [leaf.u32(at), leaf.u32(at + 4)];
      yield { flags, name: decodeName(leaf.bytes(at + 9, leaf.u8(at + 8))), value: () => remoteValue(fork, superblock, block, length) };
    }
  }
}

/** A value in blocks of its own; in version 5 each block has a head. */
async function remoteValue(fork: ForkReader, { version, blockSize }: XfsSuperblock, first: number, length: number): Promise<Uint8Array> {
  if (length > maxValue) throw new ImageError('corrupt', `an extended attribute has ${length} bytes`);
  if (version === 4) return fork.read(first * blockSize, length);
  const out = new Uint8Array(length);
  for (let done = 0, block = first; done < length; block++) {
    const raw = new Structure(await fork.read(block * blockSize, blockSize), 'big-endian');
    const here = Math.min(length - done, blockSize - remoteHead);
    if (raw.u32(0) !== remoteMagic || raw.u32(4) !== done || raw.u32(8) !== here) throw damaged();
    out.set(raw.bytes(remoteHead, here), done);
    done += here;
  }
  return out;
}

const damaged = () => new ImageError('corrupt', 'the extended attributes of a file are damaged');

/** (Linux: fs/xfs/xfs_acl.c, struct xfs_acl) */
function parseAcl(stored: Structure): Parameters<typeof aclXattr>[0] {
  return Array.from({ length: Math.min(stored.u32(0), stored.size) }, (_, i) => {
    const at = 4 + 12 * i;
    const tag = stored.u32(at);
    return { tag, permissions: stored.u16(at + 8), id: aclTagHasId(tag) ? stored.u32(at + 4) : undefined };
  });
}
