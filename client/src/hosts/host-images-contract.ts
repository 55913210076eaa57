/** What can be done with images that lie on a host itself: types only, part of contract.ts. An image is named by its absolute path there. */
import type { AttachOptions, DetachOptions } from './attach/attach-options.ts';
import type { ImageMetadata, Pool } from './bus/portabled.ts';
import type { AttachChange, AttachOutcome, Progress } from './contract.ts';
import type { HostProfile } from './on-host/profile-files.ts';

/** A unit that would go, or be written over. */
export interface AffectedUnit {
  readonly name: string;
  /** The image that it comes from, or the file that holds it. */
  readonly from: string;
  /** systemd's ActiveState; a template, which has none, is `inactive`. */
  readonly active: string;
}

/** An active unit that needs one of those that would go. */
export interface Dependent {
  readonly name: string;
  readonly needs: string;
  /** It stops with the other; else it only asked for it. */
  readonly stops: boolean;
}

/** Everything that an action touches on a host. */
export interface Affected {
  readonly units: readonly AffectedUnit[];
  /** Units of no image of these, active now. */
  readonly dependents: readonly Dependent[];
}

/** What goes with a detach: also the files and links that are removed, by their paths, in order. */
export interface AffectedByDetach extends Affected {
  readonly files: readonly string[];
}

/** The operations. Each ends with a `HostFailure` where it fails, and has undone what it began, if not said otherwise. */
export interface ImagesOnHost {
  profiles(): Promise<readonly string[]>;
  /** The profiles for services, with their texts. */
  profileFiles(): Promise<readonly HostProfile[]>;
  pool(): Promise<Pool>;
  /** Has portabled look into an image (name or path), by mounting it as root: on a user's action only. No prefixes: those of its name. */
  metadata(
    image: string,
    choices: { readonly prefixes: readonly string[]; readonly extensions: readonly string[] },
    signal: AbortSignal,
  ): Promise<ImageMetadata>;
  /** What detaching an image takes away: its units and those of others that portabled takes for the same. */
  affectedByDetach(path: string): Promise<AffectedByDetach>;
  /** What a forced attach writes over. Has portabled look into the image. */
  affectedByForce(path: string, options: AttachOptions, signal: AbortSignal): Promise<Affected>;
  /** What units of these names write over; `of` is the image that brings them. */
  affectedByUnits(names: readonly string[], of: string): Promise<Affected>;
  /** Attaches an image, reloads, enables and starts as chosen. Units that do not start leave it attached. */
  attach(path: string, options: AttachOptions, progress: Progress): Promise<AttachOutcome>;
  /** Puts an image in the place of the attached one of the same name, which keeps being gone after a reboot or not; restarts where `start`. */
  reattach(path: string, options: AttachOptions, progress: Progress): Promise<AttachOutcome>;
  /** Stops, disables and detaches. */
  detach(path: string, options: DetachOptions, progress: Progress): Promise<readonly AttachChange[]>;
  /** Attaches for good what is attached until the next reboot; an image below /run is moved to /var/lib/portables. */
  makePersistent(path: string, options: { readonly enable: boolean }, progress: Progress): Promise<AttachOutcome>;
  /** Deletes an image that is not attached. */
  remove(path: string, progress: Progress): Promise<void>;
  markReadOnly(path: string, readOnly: boolean, progress: Progress): Promise<void>;
  /** Limits the bytes of an image, or of all images together (no path); no bytes: no limit. Only btrfs can. */
  setLimit(path: string | undefined, bytes: number | undefined, progress: Progress): Promise<void>;
}
