/** What is known of a unit that failed, gathered before anything is concluded from it: types only. */

/** How a process ended: by an exit status, or by the signal of that number. */
export interface ProcessEnd {
  readonly how: 'exited' | 'killed' | 'dumped';
  readonly status: number;
}

/** A program that a service starts. */
export interface Command {
  /** `ExecStart`, `ExecStartPre`, ... */
  readonly directive: string;
  readonly path: string;
  /** Absent where it did not end by itself, or ended well, or may fail. */
  readonly end?: ProcessEnd;
}

/** A condition or assertion that may not have held: `AssertPathExists`, `/missing`. */
export interface Unmet {
  readonly directive: string;
  readonly value: string;
}

export interface FailureFacts {
  readonly unit: string;
  /** `loaded`, `not-found`, `bad-setting`, ... */
  readonly load: string;
  /** systemd's Result: `exit-code`, `timeout`, ... */
  readonly result: string;
  /** How the main process ended, if there was one. */
  readonly main?: ProcessEnd;
  /** In the order in which they are started. */
  readonly commands: readonly Command[];
  /** What the manager and the unit's programs said while it was started last, oldest first. */
  readonly messages: readonly string[];
  /** What its programs alone said. */
  readonly said: readonly string[];
  /** What the kernel logged of the main process. */
  readonly kernel: readonly string[];
  /** The texts in a setting's value, as systemd tells it: `User`, `BindPaths`, ... */
  readonly texts: (setting: string) => readonly string[];
  /** Whether a setting is a number that limits something. */
  readonly limits: (setting: string) => boolean;
  /** A setting's time, in seconds; undefined where there is none. */
  readonly seconds: (setting: string) => number | undefined;
  /** What the first line or the header of the failed program asks for, as far as it could be read. */
  readonly interpreter?: string;
  readonly unmet: readonly Unmet[];
  /** Units that it requires and that are not there, or failed. */
  readonly broken: readonly string[];
}

/** What to say of a failure. */
export interface Told {
  /** Continues `hello.service: `, without a full stop. */
  readonly why: string;
  /** What to do: one sentence. */
  readonly advice: string;
  /** The directive to blame, as it stands in the unit file. */
  readonly key?: string;
  /** `Service` where it is not said. */
  readonly section?: string;
  /** What its value holds, where several lines may set it. */
  readonly holds?: string;
  /** The line itself, where systemd named it. */
  readonly line?: number;
}
