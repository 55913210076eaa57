/**
 * What the halves say to each other about the inside of images, and the addresses of what lies there. Like protocol.ts it imports nothing.
 */

/** A place inside an image: paths as the image sees them. A byte of a name that is not UTF-8 stands as U+DC00 + byte. */
export interface ImagePath {
  /** Absolute path of the image on this machine: a raw image, or a directory. */
  readonly image: string;
  /** One partition of a raw image, by number, in place of what systemd would mount. */
  readonly partition?: number;
  readonly path: string;
}

/** Parameters of `portable/insideImage`. `stat` follows links but for one at the end; the rest follow all. */
export type InsideImageParams = ImagePath &
  (
    | { readonly ask: 'stat' | 'list' | 'partitions' }
    /** `state`: that of the `stat` which this reading belongs to; where the image has another by now, the answer is `changed`. */
    | { readonly ask: 'read'; readonly offset: number; readonly length: number; readonly state?: string }
    /** The paths of all files, or of those whose text holds `text`. */
    | { readonly ask: 'find'; readonly text?: string; readonly most: number }
  );

/** What a name in an image stands for. */
export type InsideKind = 'file' | 'directory' | 'link' | 'special';

/** Answer to `stat`. */
export interface InsideStat {
  readonly kind: InsideKind;
  /** Of a link: what it leads to inside the image; absent where that is nothing. */
  readonly leadsTo?: { readonly kind: InsideKind; readonly path: string; readonly size: number };
  /** Of a link: what it says. */
  readonly target?: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  /** The path on this machine, in an image that is a directory, with no link in it but perhaps the last. */
  readonly file?: string;
  /** Names the state of the image, or of the file in a directory image. */
  readonly state: string;
}

/** An entry of a directory, and for a link what it leads to. */
export interface InsideEntry {
  readonly name: string;
  readonly kind: InsideKind;
  readonly leadsTo?: InsideKind;
  /** Bytes of a file; absent in large directories, where finding it takes long. */
  readonly size?: number;
}

/** A partition as the Images view names it. */
export interface InsidePartition {
  readonly number: number;
  /** What it is for: `root`, `usr-verity`; else its type. */
  readonly purpose: string;
  readonly label: string;
  /** Bytes. */
  readonly size: number;
  readonly fileSystem?: string;
  /** Whether hashes protect it, and whether they are signed. */
  readonly verity?: 'hashes' | 'signed';
  /** Whether it can be looked into. */
  readonly readable: boolean;
}

/** Why a path in an image could not be looked at. */
export interface InsideFailure {
  /** `missing`: no such path. `changed`: the image was written while it was read, twice, or is not the one of `state`. */
  readonly kind: 'missing' | 'unsupported' | 'corrupt' | 'denied' | 'io' | 'changed';
  /** A clause in plain words, without image and path. */
  readonly message: string;
}

/** Answer to `portable/insideImage`: what was asked for. */
export interface InsideImageResult {
  readonly failure?: InsideFailure;
  readonly stat?: InsideStat;
  readonly entries?: readonly InsideEntry[];
  readonly partitions?: readonly InsidePartition[];
  /** Base64; fewer bytes than asked for only at the end of the file. */
  readonly bytes?: string;
  /** In order; `more` where there are more than were asked for. */
  readonly paths?: readonly string[];
  readonly more?: boolean;
  /** Directories, and files whose text was looked for, that could not be read; absent where there are none. */
  readonly unread?: { readonly count: number; readonly first: string };
}

/** Parameters of `portable/compareImages`: from the one to the other. */
export interface CompareImagesParams {
  readonly left: ImagePath;
  readonly right: ImagePath;
}

/** One path that is not the same in both. */
export interface ImageDifference {
  readonly path: string;
  readonly change: 'added' | 'gone' | 'changed';
  readonly kind: InsideKind;
  /** What is another, of what is in both. */
  readonly aspects: readonly ('kind' | 'content' | 'mode' | 'owner' | 'target')[];
}

/** Result of `portable/compareImages`, in order of path. What lies below a directory that only one has is not listed. */
export interface CompareImagesResult {
  readonly failure?: InsideFailure;
  readonly differences: readonly ImageDifference[];
  /** Paths that could not be read in one of the two. */
  readonly unread: readonly string[];
  /** There are more differences than are listed. */
  readonly more: boolean;
}

/** The scheme of addresses of what lies inside images. */
export const imageScheme = 'portable-image';

/**
 * The path of such an address: the image's own (as in its `file:` address), then `!` and perhaps the number of a partition, then the path inside. A `!`
 * of the image's path stands twice. A byte of a name that is not UTF-8 stands as U+EF00 + byte, as addresses cannot hold it.
 */
export function imageAddressPath({ image, partition, path }: ImagePath): string {
  return `${image.replaceAll('!', '!!')}!${partition ?? ''}${shownName(path)}`;
}

/** What a path of `imageAddressPath` says; undefined for any other path. */
export function readImageAddressPath(address: string): ImagePath | undefined {
  const [, image, partition, path] = /^((?:[^!]|!!)+)!(\d{0,4})(\/.*|)$/s.exec(address) ?? [];
  if (image === undefined) return undefined;
  const inside = (path || '/').split('/').map(realName).join('/');
  return { image: image.replaceAll('!!', '!'), path: inside, ...(partition && { partition: Number(partition) }) };
}

/** A name as addresses and rows can hold it. */
export function shownName(name: string): string {
  return name.replace(/[\ud800-\udbff][\udc00-\udfff]|[\udc80-\udcff]|[\uef80-\uefff]/g, found => {
    if (found.length > 1) return found;
    const code = found.charCodeAt(0);
    // real characters of the same range are told apart by being bytes, too
    const bytes = code >= 0xef80 ? new TextEncoder().encode(found) : [code - 0xdc00];
    return String.fromCharCode(...Array.from(bytes, byte => 0xef00 + byte));
  });
}

/** The name that `shownName` made that of. */
function realName(shown: string): string {
  if (!/[\uef80-\uefff]/.test(shown)) return shown;
  const bytes = Array.from(shown).flatMap(c =>
    c >= '\uef80' && c <= '\uefff' ? [c.charCodeAt(0) - 0xef00] : [...new TextEncoder().encode(c)],
  );
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  if (!text.includes('\ufffd')) return text;
  return String.fromCharCode(...bytes.map(byte => (byte < 0x80 ? byte : 0xdc00 + byte)));
}
