/**
 * What the views and commands know of a host: types only. How a host is reached and asked stays behind them, in the other files of this
 * folder, none of which imports `vscode`.
 */
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { HostFacts } from '../../../server/src/protocol-host.ts';
import type { Event } from '../common/event.ts';
import type { AttachOptions } from './attach/attach-options.ts';
import type { SetUpKind } from './attach/rights.ts';
import type { Version } from './deploy/versions.ts';
import type { ImagesOnHost } from './host-images-contract.ts';
import type { Places } from './on-host/places.ts';
import type { Transport } from './transport/transport.ts';
import type { LogQuery, UnitFailure, UnitsOnHost } from './units-contract.ts';

/** A host as configured. `local` is this machine; a container is reached through the pid of its PID 1, kept in a file. */
export type HostDefinition = HostPlace & {
  readonly name: string;
  /** Ask before anything is changed there. */
  readonly askFirst?: boolean;
};

/** Where a host is, and how it is entered. */
export type HostPlace =
  | { readonly kind: 'local'; readonly scope?: 'user' }
  | { readonly kind: 'container'; readonly pidFile: string }
  | {
      readonly kind: 'ssh';
      readonly destination: string;
      /** The ssh user's own service manager and portabled (systemd 260); else the system's. */
      readonly scope?: 'user';
      /** The bus and programs there are reached through `sudo -n`. Not together with `scope`. */
      readonly sudo?: boolean;
    };

/**
 * What we may do on a host: `root` and `sudo` everything; `own` everything, within the user's own manager; `polkit` attach what lies
 * there already, as its rules allow; `none` look.
 */
export type Rights = 'root' | 'sudo' | 'own' | 'polkit' | 'none';

/** Whether making a connection may ask the user something: only on the user's own action, never in the background. */
export type Asking = 'may-ask' | 'quietly';

/** Whether a host can be reached, as last seen. */
export type HostStatus =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting' }
  | {
      readonly state: 'connected';
      readonly systemd: SystemdVersion;
      readonly portabled: boolean;
      /** Absent until it is found out. */
      readonly rights?: Rights;
    }
  | { readonly state: 'unreachable'; readonly error: HostFailure };

/** systemd's version as the manager reports it: `257.13-1~deb13u1`, of which the major number decides. */
export interface SystemdVersion {
  readonly major: number;
  readonly full: string;
}

/** A failure, told in the user's words. Every rejection of a `Host` method is one of these. */
export interface HostFailure extends Error {
  readonly name: 'HostFailure';
  /** What happened, to which image, on which host: one sentence. */
  readonly message: string;
  /** What to do next: one sentence, or empty where nothing can be done but try again. */
  readonly advice: string;
  /** What the other side said, word for word, where it said something. */
  readonly detail?: string;
  /** What would have to be set up on the host, to copy: one line for a shell there. */
  readonly setUp?: string;
  /** Doing the same again ends the same way, whatever is mended meanwhile: the host cannot do it, or what was chosen does not fit. */
  readonly final?: true;
  /** Where units did not start: why, as far as that could be found out. */
  readonly failures?: readonly UnitFailure[];
  /** Where the first error of a faulty image is: a path inside it, and a line from 1. */
  readonly place?: { readonly path: string; readonly line: number };
  readonly kind:
    | 'unreachable' // no connection, or it broke
    | 'timeout' // no answer within the deadline
    | 'cancelled'
    | 'not-allowed' // polkit, file permissions, ssh authentication
    | 'no-portabled'
    | 'refused' // portabled or systemd said no
    | 'faulty-image' // not brought, for what is in it
    | 'failed-to-start'; // attached, but a unit did not start
}

/** The live state of one unit on a host. */
export interface UnitState {
  readonly name: string;
  /** systemd's ActiveState: active, inactive, failed, activating, ... */
  readonly active: string;
  /** systemd's SubState: running, dead, listening, ... */
  readonly sub: string;
  /** When it entered that state, in ms since the epoch; absent if unknown. */
  readonly since?: number;
  /** systemd's Result, where it is not `success`. */
  readonly result?: string;
  /** systemd's UnitFileState: enabled, disabled, static, ... */
  readonly enabled?: string;
  /** The rest: of services, where it is known. */
  readonly mainPid?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Milliseconds of a processor. */
  readonly cpu?: number;
  /** How often systemd started it again by itself. */
  readonly restarts?: number;
  /** What it says of itself. */
  readonly says?: string;
}

/** What an image's attachment looks like on a host. */
export type ImageState =
  | { readonly attached: false }
  | {
      readonly attached: true;
      /** Path of the copy (or of the image itself) on the host that is attached. */
      readonly hostPath: string;
      /** Gone after a reboot. */
      readonly runtime: boolean;
      /** Any of its services or sockets is active. */
      readonly running: boolean;
      readonly profile?: string;
      readonly units: readonly UnitState[];
    };

/** One file that portabled wrote or removed: `type` is `copy`, `symlink`, `unlink`, `write` or `mkdir`. */
export interface AttachChange {
  readonly type: string;
  readonly path: string;
  readonly source: string;
}

/** What was done, for the report. */
export interface AttachOutcome {
  readonly changes: readonly AttachChange[];
  readonly hostPath: string;
  readonly started: readonly UnitState[];
}

/** What a deploy did. */
export interface DeployOutcome extends AttachOutcome {
  /** `unchanged`: the same was attached already. */
  readonly how: 'attached' | 'reattached' | 'unchanged';
  /** Whether the image had to be brought to the host. */
  readonly copied: boolean;
  /** Units that ran and were restarted. */
  readonly restarted: readonly string[];
  /** What is told when it is done, and nobody waits for: the failure where one of these did not last, or where links were left. Never rejects. */
  readonly later?: Promise<HostFailure | undefined>;
}

/** A version of an image that we brought to a host. */
export interface VersionOnHost extends Version {
  /** Bytes that it takes on the disk there. */
  readonly bytes: number;
  readonly attached: boolean;
}

/** How an action reports and how it is stopped. Messages are ready to show. */
export interface Progress {
  readonly signal: AbortSignal;
  report(message: string): void;
}

/** One journal entry, reduced to what is shown. */
export interface LogEntry {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly unit: string;
  /** Syslog priority, 0 to 7. */
  readonly priority: number;
  readonly identifier: string;
  readonly message: string;
}

/** An image that lies on the host itself, as portabled lists it. */
export interface HostImage {
  readonly name: string;
  readonly kind: string;
  /** Where it lies, which is where it is attached from. */
  readonly path: string;
  readonly state: string;
  readonly readOnly: boolean;
  /** ms since the epoch; absent if unknown, and so with the next two. */
  readonly created?: number;
  readonly modified?: number;
  /** Bytes. */
  readonly usage?: number;
  /** Absent while it is detached. */
  readonly attached?: {
    readonly runtime: boolean;
    readonly extensions: readonly string[];
    readonly units: readonly string[];
    /** Those that systemd has loaded, instances of templates among them. */
    readonly states: readonly UnitState[];
  };
}

/** A machine with a portabled that we can reach. Nothing connects before the first method that needs it. */
export interface Host {
  /** Stable, see `definitionId`. */
  readonly id: string;
  readonly name: string;
  readonly definition: HostDefinition;
  readonly status: HostStatus;
  readonly transport: Transport;
  /** Fires when the status changed, or when systemd said that units changed (debounced). Signals are only listened to while there is a listener. */
  readonly onDidChange: Event<void>;
  /** Fires when the status changed, or when systemd said that its unit files are others or were read anew. Listened to like the other. */
  readonly onDidChangeFiles: Event<void>;
  /** Connects, or reconnects after a failure; by default without asking the user anything. Resolves when the status is `connected`. */
  connect(signal?: AbortSignal, asking?: Asking): Promise<void>;
  /** The architecture of the machine, as systemd names it: `x86-64`. Rejects with a failure. */
  architecture(signal?: AbortSignal): Promise<string>;
  /** The directories that its portabled, or that of the user, reads and writes. Rejects with a failure. */
  places(): Promise<Places>;
  /** The line that gives a user rights there (`setUpLine`). For polkit, the host is asked which one it has. Rejects with a failure. */
  setUpLine(kind: SetUpKind, user: string | undefined): Promise<string>;
  /** What it tells of itself: architecture, unit files, drop-ins, users. Reads files and asks systemd; portabled mounts nothing for it. What fails is absent. */
  facts(signal?: AbortSignal): Promise<HostFacts>;
  /** Images in the host's search directories. */
  images(): Promise<readonly HostImage[]>;
  /** What can be done with these. */
  readonly onHost: ImagesOnHost;
  /** What can be done with their units. */
  readonly units: UnitsOnHost;
  /** The state of a local image on this host. */
  imageState(image: ImageFacts): Promise<ImageState>;
  /**
   * Brings a root-owned copy of the image to the host (unless it already lies there in a directory that only root can write), attaches it,
   * reloads, and starts its services, sockets, timers and paths. Attached already: a new copy takes its place, as `deploy` does.
   * When it fails or is cancelled, what was attached before is attached again, and no new copy stays, except where only a unit failed to start.
   */
  attachAndStart(image: ImageFacts, options: AttachOptions, progress: Progress): Promise<DeployOutcome>;
  /** Brings the image there unless the same is there, attaches it or swaps it in, and restarts the running units that this changed, and no other. */
  deploy(image: ImageFacts, options: AttachOptions, progress: Progress): Promise<DeployOutcome>;
  /** The versions of an image that lie there, newest first. */
  versions(image: ImageFacts): Promise<readonly VersionOnHost[]>;
  /** Swaps a version that lies there in for the one that is attached, with the options of that; none of it tells which `prefixes` were chosen. */
  rollBack(image: ImageFacts, version: Version, progress: Progress, prefixes?: readonly string[]): Promise<DeployOutcome>;
  /** Removes versions that are not attached. Returns those that are still in use. */
  removeVersions(image: ImageFacts, versions: readonly Version[], progress: Progress): Promise<readonly Version[]>;
  /** Stops the image's units, detaches it, reloads, and removes the copy that we brought. */
  detach(image: ImageFacts, progress: Progress): Promise<readonly AttachChange[]>;
  /** What the last attach from here wrote, if there was one. */
  lastChanges(image: ImageFacts): readonly AttachChange[] | undefined;
  /** The files on the host that make the image's units: unit files and drop-ins below `system.attached`, from systemd itself. */
  attachedFiles(image: ImageFacts): Promise<readonly string[]>;
  /** Follows the journal until the signal. */
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** Closes every connection and process. The host may connect again later. */
  dispose(): Promise<void>;
}
