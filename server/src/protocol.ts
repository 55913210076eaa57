/**
 * The requests between the two halves, as types: what the client asks of the server beyond the language server protocol.
 * Both halves import this file; it imports only the types of its neighbour.
 */
import type { UserPlaces } from './protocol-host.ts';
import type { InsideFailure, InsidePartition } from './protocol-inside.ts';

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
  /** They are for a user's own manager. */
  readonly scope?: 'user';
  /** Of an image in a directory of versions (`hello.raw.v`): whether systemd takes this one of them. */
  readonly among?: AmongVersions;
  /** Why the image could not be read, or not whole: `not supported: ...`, `corrupt: ...`, `not allowed: ...`, `it is not there`. */
  readonly problem?: string;
}

/** An image's place among the versions in its directory. */
export interface AmongVersions {
  /** The directory's name: `hello.raw.v`. */
  readonly directory: string;
  /** How many versions there are. */
  readonly of: number;
  /** The name of the one that is taken; absent where none is. */
  readonly taken?: string;
  /** Taken, or why not: an older version, no tries left, for another architecture, tried more often, not named as a version of it. */
  readonly verdict: 'taken' | 'older' | 'spent' | 'architecture' | 'tries' | 'misnamed';
}

/** The LSP methods of our own. */
export const methods = {
  /** Request: find and describe the images below some folders. */
  images: 'portable/images',
  /** Request: where a directive stands in a unit file. */
  locate: 'portable/locate',
  /** Notification, client to server: which systemd judges. */
  target: 'portable/target',
  /** Notification, client to server: what is known of the active host. */
  host: 'portable/host',
  /** Notification, server to client: which systemd judges an open document; only where `judges: true` is in the initialization options. */
  judge: 'portable/judge',
  /** Request: look at one path inside an image. */
  insideImage: 'portable/insideImage',
  /** Request: how two images differ. */
  compareImages: 'portable/compareImages',
  /** Request: what the report of an image says. */
  report: 'portable/report',
  /** Request: where the bytes of an image lie. */
  imageSizes: 'portable/imageSizes',
  /** Notification, client to server: the profiles that there are beside those that systemd brings, and which one is chosen. */
  profiles: 'portable/profiles',
  /** Request: an open unit as its host will have it. */
  effective: 'portable/effective',
  /** Request: the text of a profile for services. */
  profileText: 'portable/profileText',
  /** Request: how exposed an open service will be. */
  exposure: 'portable/exposure',
  /** Request: what attaching an image does, or why portabled would refuse it. */
  plan: 'portable/plan',
} as const;

/** Parameters of `portable/images`: absolute folder paths, searched a few levels deep, image trees not entered. */
export interface ImagesParams {
  readonly folders: readonly string[];
}

/** Result of `portable/images`, in order of path. */
export interface ImagesResult {
  readonly images: readonly ImageFacts[];
}

/** Parameters of `portable/locate`: a directive of a unit file, open or not; where several lines set it, the last one that holds a text. */
export interface LocateParams {
  readonly uri: string;
  readonly section: string;
  readonly key: string;
  readonly holds?: string;
  /** The line itself, from 1, where it is known. */
  readonly line?: number;
}

/** Result of `portable/locate`; null where the directive is not in the file. Line and characters from 0, as editors count. */
export interface LocateResult {
  readonly line: number;
  readonly start: number;
  readonly end: number;
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

/** Parameters of `portable/report`. */
export interface ReportParams {
  /** Absolute path of the image on this machine. */
  readonly image: string;
  /** Major version of the systemd that judges, and whose it is, as in `portable/target`. */
  readonly systemd: number;
  readonly source: string;
  /** The profile that the attach plan is for. */
  readonly profile: string;
  /** Absolute paths of extension images to be laid over it. */
  readonly extensions?: readonly string[];
  /** Leave the findings out, which take longest. */
  readonly quick?: boolean;
}

/** Result of `portable/report`: what is known of an image without a host. */
export interface ReportResult {
  readonly image: ImageFacts;
  /** Of a raw image that has a partition table. */
  readonly partitions: readonly ReportPartition[];
  /** In order of name. */
  readonly units: readonly ReportUnit[];
  /** In the order of the columns of exposures: an empty name is no profile, then systemd's own, then those of workspace and host. */
  readonly profiles: readonly string[];
  /** The host whose own drop-ins the exposures count; absent where they are not known. */
  readonly dropInsOf?: string;
  /** The findings were left out. */
  readonly unchecked?: boolean;
  /** How many of each severity there are. */
  readonly counts: Readonly<Record<ReportFinding['severity'], number>>;
  /** The worst first; perhaps fewer than were counted. */
  readonly findings: readonly ReportFinding[];
  readonly plan?: ReportPlan;
  /** Which systemd judged. */
  readonly systemd: number;
  readonly source: string;
}

/** A partition, with what is told of it in a report only. */
export interface ReportPartition extends InsidePartition {
  readonly readOnly: boolean;
}

/** A unit of a report. */
export interface ReportUnit extends ImageUnit {
  readonly type: string;
  readonly description?: string;
  /** Of a service: the exposure under each profile, as it is once the image is attached; absent where systemd would not load it. */
  readonly exposures?: readonly (ReportExposure | null)[];
}

/** An exposure, 0 to 100, in tenths as systemd-analyze rounds them, and its word for it. */
export interface ReportExposure {
  readonly tenths: number;
  readonly rating: string;
}

/** A finding in a file of an image. */
export interface ReportFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Path inside the image. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** What an attach would do, as far as that is known without a host. */
export type ReportPlan =
  /** What is wrong, portabled's own words, what to do, and the file inside the image to do it in, where there is one. */
  | { readonly outcome: 'refused'; readonly what: string; readonly theirs: string; readonly advice: string; readonly path?: string }
  | {
      readonly outcome: 'attached';
      readonly profile: string;
      readonly units: readonly string[];
      readonly files: readonly ReportPlannedFile[];
      /** What could not be told beforehand, as clauses in plain words. */
      readonly unknown: readonly string[];
    };

/** A file that an attach writes on the host. */
export interface ReportPlannedFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'image';
  readonly from: 'unit' | 'portabled' | 'profile' | 'image';
  /** Of `20-portable.conf`. */
  readonly text?: string;
}

/** Parameters of `portable/imageSizes`. */
export interface ImageSizesParams {
  readonly image: string;
}

/** Result of `portable/imageSizes`: the parts that an image's bytes fall into, the largest first; together they are all of it. */
export interface ImageSizesResult {
  readonly failure?: InsideFailure;
  readonly parts: readonly ImagePart[];
  /** Bytes of all files, as they would be unpacked. */
  readonly total: number;
  readonly files: number;
  /** Counting was cut short: there is more. */
  readonly partial: boolean;
  /** Directories and files that could not be read, and do not count; absent where there are none. */
  readonly unread?: { readonly count: number; readonly first: string };
}

/** Files that are shown as one. */
export interface ImagePart {
  /** A directory with all that is below it, or only the files right in it, or what is left of it beside other parts. */
  readonly path: string;
  readonly kind: 'below' | 'rest';
  readonly bytes: number;
  readonly files: number;
}

/** Parameters of `portable/plan`: an attach, and what is known of the host; what is absent is unknown. */
export interface PlanParams {
  /** Absolute path on this machine. */
  readonly image: string;
  /** Where it will lie on the host. */
  readonly hostPath: string;
  /** Absolute paths on this machine, which are taken for those on the host. */
  readonly extensions: readonly string[];
  readonly prefixes: readonly string[];
  readonly profile: string;
  readonly copyMode: string;
  readonly runtime: boolean;
  readonly force: boolean;
  /** It takes the place of what is attached, whose units may be there. */
  readonly replaces: boolean;
  readonly systemd: number;
  /** Of the host, as systemd names it. */
  readonly architecture?: string;
  /** Names of units that the host has, of those that are asked about. */
  readonly units?: readonly string[];
  /** The files that the profile has there, for types of units. */
  readonly profileFiles?: readonly PlanProfileFile[];
  /** Where the portabled of a user puts links of images and units in this attach; absent for that of the system. */
  readonly user?: UserPlaces;
}

/** A file of a profile: for units of a type (`service`). */
export interface PlanProfileFile {
  readonly suffix: string;
  readonly path: string;
  readonly text: string;
}

/** Result of `portable/plan`. */
export type PlanResult =
  /** An image cannot be read: a clause in plain words. */
  | { readonly outcome: 'unknown'; readonly why: string }
  | { readonly outcome: 'refused'; readonly refusal: PlanRefusal }
  | {
      readonly outcome: 'attached';
      readonly units: readonly string[];
      readonly files: readonly PlanFile[];
      /** Services that will be there and cannot start: why, and what to do, in a sentence each. */
      readonly failing: readonly { readonly units: readonly string[]; readonly why: string; readonly advice: string }[];
      /** What could not be told beforehand, as clauses in plain words. */
      readonly unknown: readonly string[];
    };

/** Why portabled refuses: our words and its own, what to do, and the file on this machine to do it in. */
export interface PlanRefusal {
  readonly reason: string;
  readonly what: string;
  readonly theirs: string;
  readonly advice: string;
  readonly file?: string;
}

/** A file, a link or a copy of an image that an attach writes on the host. */
export interface PlanFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'image';
  readonly from: 'unit' | 'portabled' | 'profile' | 'image';
  readonly text?: string;
  /** Where a link goes, or what is copied. */
  readonly source?: string;
}
