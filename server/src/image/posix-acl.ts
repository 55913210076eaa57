/** An entry of an access control list. */
export interface AclEntry {
  readonly tag: number;
  readonly permissions: number;
  /** User or group; undefined for tags that need none. */
  readonly id: number | undefined;
}

/** Whether entries with this tag name a user or group. (Linux: include/uapi/linux/posix_acl.h) */
export const aclTagHasId = (tag: number): boolean => tag === 2 || tag === 8;

/** The value that getxattr() gives for an access control list: `system.posix_acl_access`. (Linux: include/uapi/linux/posix_acl_xattr.h) */
export function aclXattr(entries: readonly AclEntry[]): Uint8Array {
  const bytes = new Uint8Array(4 + 8 * entries.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 2, true); // version
  entries.forEach(({ tag, permissions, id }, i) => {
    view.setUint16(4 + 8 * i, tag, true);
    view.setUint16(6 + 8 * i, permissions, true);
    view.setUint32(8 + 8 * i, id ?? 0xffff_ffff, true);
  });
  return bytes;
}
