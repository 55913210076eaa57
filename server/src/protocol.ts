/**
 * The requests between the two halves, as types: what the client asks of the server beyond the language server protocol.
 * Both halves import this file; it imports nothing.
 */

/** How an image is kept: a directory that holds the tree, or one file that holds a file system. */
export type ImageKind = 'directory' | 'raw';

/** A unit found inside an image, on its unit search path. */
export interface ImageUnit {
  /** File name: `hello.service`. */
  readonly name: string;
  /** Absolute path inside the image: `/usr/lib/systemd/system/hello.service`. */
  readonly path: string;
  /** Path of the file on this machine, where it is a plain file of a directory image. */
  readonly file?: string;
  /** Whether portabled takes it: its type is one that portabled attaches and its name matches the image's default prefix. */
  readonly attachable: boolean;
}

/** What an image says of itself, read without root and without mounting. */
export interface ImageFacts {
  /** Absolute path on this machine. It identifies the image. */
  readonly path: string;
  /** Image name as portabled derives it: the file name without `.raw`. */
  readonly name: string;
  readonly kind: ImageKind;
  /** File system of a raw image (`squashfs`, `ext4`, ...), as far as recognised. */
  readonly fileSystem?: string;
  /** Bytes of a raw image's file. */
  readonly size?: number;
  /** `IMAGE_VERSION=`, else `VERSION_ID=`, else `BUILD_ID=` of its os-release. */
  readonly version?: string;
  /** All fields of its os-release; absent where there is none. */
  readonly osRelease?: Readonly<Record<string, string>>;
  /** The prefix that portabled matches units against when none is given: the name up to the first `_`. */
  readonly prefix: string;
  /** Units in order of name. */
  readonly units: readonly ImageUnit[];
  /** Why the image could not be read, or not whole: `not supported: ...`, `corrupt: ...`, `not allowed: ...`, `not readable: ...`. */
  readonly problem?: string;
}

/** The LSP methods of our own. */
export const methods = {
  /** Request: find and describe the images below some folders. */
  images: 'portable/images',
  /** Notification, client to server: which systemd judges. */
  target: 'portable/target',
  /** Notification, server to client: which systemd judges an open document; only where `judges: true` is in the initialization options. */
  judge: 'portable/judge',
} as const;

/** Parameters of `portable/images`: absolute folder paths, searched a few levels deep, image trees not entered. */
export interface ImagesParams {
  readonly folders: readonly string[];
}

/** Result of `portable/images`, in order of path. */
export interface ImagesResult {
  readonly images: readonly ImageFacts[];
}

/** Parameters of `portable/target`. */
export interface TargetParams {
  /** Major version: 257. */
  readonly systemd: number;
  /** Whose version it is, for messages: `host build-vm`, or `setting`. */
  readonly source: string;
}

/** Parameters of `portable/judge`. */
export interface JudgeParams {
  readonly uri: string;
  /** Major version: 257. */
  readonly systemd: number;
  /** Whose version it is: `host build-vm`, `setting`, or `portable-lint.json`. */
  readonly source: string;
  /** The portable-lint.json that says so, where one does. */
  readonly file?: string;
}
