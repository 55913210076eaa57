/** What the halves say to each other of profiles, and of units under them: types of the requests that protocol.ts names. */

/** What can name a profile. Its name goes unchecked into a path of portabled: no slashes, no leading dot. */
export const plainProfileName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** The scheme of addresses of profiles that systemd brings or a host has; the query is the version of systemd. */
export const profileScheme = 'portable-profile';

/** The path of such an address: in a folder whose files are taken for units. The name as it is, to be escaped where an address is written out. */
export const profileAddressPath = (name: string): string => `/portable/profile/${name}/service.conf`;

/** A profile for services that systemd does not bring. */
export interface ProfileFile {
  readonly name: string;
  readonly text: string;
  /** Where an editor opens it. */
  readonly uri?: string;
  /** Where it lies on the active host, if it is that one's. */
  readonly path?: string;
}

/** Parameters of `portable/profiles`. */
export interface ProfilesParams {
  /** The name of the one that images are attached with. */
  readonly chosen: string;
  readonly profiles: readonly ProfileFile[];
}

/** Parameters of `portable/effective` and `portable/exposure`: an open document, and a profile in the place of the chosen one. */
export interface UnderProfileParams {
  readonly uri: string;
  readonly profile?: string;
}

/** Parameters of `portable/profileText`. */
export interface ProfileTextParams {
  readonly name: string;
  /** The version that brings it. */
  readonly systemd: number;
}

/** Result of `portable/profileText`; null where no such profile is known. */
export interface ProfileTextResult {
  readonly text: string;
}

/** A line of an effective unit. */
export interface EffectiveLine {
  /** Which of the files it is of, or stands before. */
  readonly file: number;
  /** From 0, in that file; absent for what `systemctl cat` puts between the files. */
  readonly line?: number;
  /** Why it does not count: another one took its place, an empty one cleared the list, or systemd does not obey it. */
  readonly fate?: 'replaced' | 'emptied' | 'ignored';
  /** The line of the document for which it does not count. */
  readonly by?: number;
}

/** A file of an effective unit. */
export interface EffectivePart {
  readonly origin: 'unit' | 'profile' | 'portabled' | 'host';
  /** Where it lies on the host. */
  readonly path: string;
  /** The line of the document that it begins with. */
  readonly first: number;
  /** Where an editor opens what it is made from. */
  readonly uri?: string;
  /** It may not be read, so what it says is not shown. */
  readonly unreadable?: true;
}

/** Result of `portable/effective`; null for what is no unit that can be attached. */
export interface EffectiveResult {
  readonly name: string;
  readonly profile: string;
  /** Whether the text of that profile is known. */
  readonly profileKnown: boolean;
  readonly systemd: number;
  /** The host whose own drop-ins are among the files; absent where those of no host are known. */
  readonly host?: string;
  /** As `systemctl cat` prints it on the host. */
  readonly text: string;
  readonly lines: readonly EffectiveLine[];
  readonly files: readonly EffectivePart[];
}

/** One assessment of `systemd-analyze security`. */
export interface ExposureRow {
  /** As it is printed there: `PrivateNetwork=`. */
  readonly name: string;
  readonly directive: string;
  /** What the service may do as long as this is bad, to be put after "The service". */
  readonly risk: string;
  /** `none`: it does not apply. */
  readonly state: 'good' | 'bad' | 'none';
  /** What it adds to the exposure. */
  readonly tenths: number;
  /** A value of the directive that makes it good. */
  readonly remedy?: string;
}

/** Result of `portable/exposure`; null for what is no service. */
export interface ExposureResult {
  readonly name: string;
  readonly profile: string;
  readonly systemd: number;
  /** `9.6`. */
  readonly exposure: string;
  readonly rating: string;
  /** Dearest first. */
  readonly rows: readonly ExposureRow[];
  /** The same service under the profiles that are known; the chosen one first, `none` for its own file alone last. */
  readonly others: readonly { readonly profile: string; readonly printed: string; readonly rating: string }[];
}
