/** What the client tells the server of the active host, beyond its version and profiles: types of the notification that protocol.ts names. */

/** Parameters of `portable/host`: all that is known of the active host, each time anew; without `host` where there is none, or nothing is known. */
export interface HostFactsParams {
  readonly host?: HostFacts;
}

/** A host as it was last seen. What is absent is unknown. */
export interface HostFacts {
  /** What the user calls it: `build-vm`. */
  readonly name: string;
  /** Whose manager it is: the system's, or a user's own. */
  readonly scope: 'system' | 'user';
  /** Of a user's own: where its portabled puts what is attached until the next reboot. */
  readonly user?: UserPlaces;
  /** As systemd names it: `x86-64`. */
  readonly architecture?: string;
  /** All unit files that its manager finds, by their names; templates are among them, what only runs is not. */
  readonly units?: readonly HostUnitFile[];
  /** The drop-ins of services, sockets, targets, timers and paths that lie there, but those that portabled wrote. */
  readonly dropIns?: readonly HostDropIn[];
  readonly users?: HostNames;
  readonly groups?: HostNames;
}

/** Where the portabled of a user puts links of images, and units. */
export interface UserPlaces {
  readonly links: string;
  readonly units: string;
}

/** A unit file of a host. */
export interface HostUnitFile {
  readonly name: string;
  /** Path on the host of the attached image that it is of; absent for the host's own. */
  readonly image?: string;
}

/** A drop-in of a host. */
export interface HostDropIn {
  readonly path: string;
  /** Absent where it may not be read. */
  readonly text?: string;
  /** Where it goes, if it is a link. */
  readonly target?: string;
}

/** Names of users or of groups. */
export interface HostNames {
  readonly names: readonly string[];
  /** There are no others: a host that also asks a directory service may know more than it lists. */
  readonly complete: boolean;
}
