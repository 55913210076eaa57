/** What can be done with the units of images on a host: types only, part of contract.ts. */
import type { Progress, UnitState } from './contract.ts';

/** What is done to units, in systemctl's words. */
export type UnitAction = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable' | 'reset-failed';

/** A directive to look at: the assignment whose value holds a text, or the last one; or a line that systemd named. */
export interface Blame {
  readonly section: string;
  readonly key: string;
  readonly holds?: string;
  readonly line?: number;
}

/** Why a unit failed. */
export interface UnitFailure {
  readonly unit: string;
  /** One sentence, the unit's name in it. */
  readonly message: string;
  /** What to do: one sentence. */
  readonly advice: string;
  readonly blame?: Blame;
}

/** Which entries of the journal are shown. */
export interface LogQuery {
  /** Units whose entries are shown, those that the manager writes about them included. */
  readonly units: readonly string[];
  /** All that units of this image say, by portabled's field `PORTABLE=`. */
  readonly image?: string;
  /** At most so many entries of the past. */
  readonly lines: number;
  /** Nothing before: seconds since the epoch by the host's clock, or its last boot. */
  readonly since?: number | 'boot';
  /** Syslog priority, 0 to 7, that an entry has at least: nothing less urgent. */
  readonly priority?: number;
}

/** A program for a terminal of this machine. */
export interface TerminalProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/** Everything about units. Each call ends with a `HostFailure` where it fails. */
export interface UnitsOnHost {
  /** Does it to all, one after the other, and awaits the jobs. What fails to start is explained in the failure; `runtime`: until the next reboot. */
  act(
    action: UnitAction,
    units: readonly string[],
    options: { readonly runtime: boolean },
    progress: Progress,
  ): Promise<readonly UnitState[]>;
  /** Why a unit failed, from what systemd and its journal say; undefined if it did not. */
  explain(unit: string): Promise<UnitFailure | undefined>;
  /** When the units of an image were attached, in seconds since the epoch by the host's clock; undefined if they are not. */
  attachedSince(image: string): Promise<number | undefined>;
  /** A shell in the sandbox of a unit: in the namespaces of its main process, or, where it does not run, in a new one like it. */
  shell(unit: string): Promise<TerminalProgram>;
}
