/**
 * What every image looks like from inside, whatever keeps it: a tree of nodes that are read when they are asked for. A node is reached by
 * single names from its directory and no method follows a symbolic link, so nothing here can leave the tree: paths are resolve.ts's business.
 * All methods throw ImageError and nothing else.
 */

/** What all nodes have. */
interface Attributes {
  /** Permission bits, setuid, setgid and sticky included: 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  /** Extended attributes by full name (`security.capability`); absent where they cannot be known, as in a directory of this machine. */
  readonly xattrs?: () => Promise<ReadonlyMap<string, Uint8Array>>;
}

export interface FileNode extends Attributes {
  readonly kind: 'file';
  /** Bytes, as the image says: a bound for nothing before it was read. */
  readonly size: number;
  /**
   * The bytes from `offset` on, at most `length` and at most `maxRead`; fewer only at the end of the file. `into` has room for as many and may
   * hold them then: who reads a file from end to end hands in the same one again, so that nothing has to be collected.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

export interface DirectoryNode extends Attributes {
  readonly kind: 'directory';
  /** All entries, in the order of their names' bytes, without `.` and `..`. They are made while one goes through them, for there may be many. */
  list(): Promise<Iterable<DirectoryEntry>>;
  /** The node of one entry, a link itself and not what it points to; undefined where there is none of that name. */
  lookup(name: string): Promise<ImageNode | undefined>;
}

export interface LinkNode extends Attributes {
  readonly kind: 'link';
  /** What the link says, unresolved. */
  target(): Promise<string>;
}

export interface SpecialNode extends Attributes {
  readonly kind: 'character' | 'block' | 'fifo' | 'socket';
  /** Major and minor number of a device; absent where they cannot be known. */
  readonly device?: { readonly major: number; readonly minor: number };
}

export type ImageNode = FileNode | DirectoryNode | LinkNode | SpecialNode;
export type NodeKind = ImageNode['kind'];

/** A name in a directory (see entry-name.ts for names that are not UTF-8) and what it stands for. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: NodeKind;
}

/** An image opened for reading. */
export interface ImageTree {
  /** How it is kept: `directory`, or the file system's name (`squashfs`). */
  readonly format: string;
  readonly root: DirectoryNode;
  /** What the reader of what follows should know, as clauses in plain words: the tree can be read, but may not be what a mount would show. */
  readonly warnings?: readonly string[];
}

/** The most that one `read` returns, in bytes. */
export const maxRead = 64 * 1024 * 1024;

/** The most entries that a directory may have. */
export const maxEntries = 262_144;

/** The most that its names may take together, in bytes. */
export const maxNames = 8 << 20;

/** The longest target of a symbolic link, in bytes (Linux: PATH_MAX less the closing NUL). */
export const maxLinkTarget = 4095;
