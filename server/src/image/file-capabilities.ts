/** What a file's extended attribute `security.capability` gives to whoever runs it. Sets have bit N for capability number N. */
export interface FileCapabilities {
  readonly permitted: bigint;
  readonly inheritable: bigint;
  /** The permitted ones are in effect at once. */
  readonly effective: boolean;
  /** The user that is root in the user name space that they count for (version 3). */
  readonly rootId?: number;
}

/** Words of 32 bits a version has for each set, and whether a user follows (linux/capability.h, VFS_CAP_REVISION_*). */
const versions: Readonly<Record<number, { readonly words: 1 | 2; readonly user: boolean }>> = {
  1: { words: 1, user: false },
  2: { words: 2, user: false },
  3: { words: 2, user: true },
};

/** Decodes `security.capability`; undefined for what the kernel would not take. */
export function decodeFileCapabilities(bytes: Uint8Array): FileCapabilities | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = view.getUint32(0, true);
  const version = versions[head >>> 24];
  if (!version || bytes.length !== 4 + version.words * 8 + (version.user ? 4 : 0)) return undefined;
  const word = (n: number) => BigInt(view.getUint32(4 + n * 4, true));
  const [permitted, inheritable] = version.words === 1 ? [word(0), word(1)] : [word(0) | (word(2) << 32n), word(1) | (word(3) << 32n)];
  return { permitted, inheritable, effective: (head & 1) === 1, ...(version.user && { rootId: view.getUint32(20, true) }) };
}
