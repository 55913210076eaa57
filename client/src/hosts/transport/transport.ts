/** A transport reaches a host: it opens a byte stream to its system bus and runs programs there. */
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Asking } from '../contract.ts';
import type { TerminalProgram } from '../units-contract.ts';

/** A program that runs on the host. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended and its output is read; never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  kill(): void;
}

/** How a host is reached. Every rejection is a `HostFailure`. */
export interface Transport {
  /** Opens a stream to the host's bus (of the system, or of the user where the host is in user scope), authentication still to come. */
  openBus(signal: AbortSignal, asking?: Asking): Promise<Duplex>;
  /** Whether the user is being asked something for the connection that is being made. */
  readonly asking?: boolean;
  /** Runs a program with arguments, with the rights that the host was configured for; no shell ever sees them unquoted. */
  run(argv: readonly [string, ...string[]]): RemoteProcess;
  /** The command line of this machine that runs a program there, at a terminal; absent where that cannot be. */
  terminal?(argv: readonly [string, ...string[]]): TerminalProgram;
  /** For a program that speaks over ssh by itself, such as rsync; absent where the host is not reached by ssh. */
  readonly ssh?: SshAccess;
  /** Whether files of this machine are the host's own files, so that a path means the same on both. */
  readonly sharesFiles: boolean;
  /** Ends every process and connection that it opened. */
  dispose(): Promise<void>;
}

/** How another program shares this transport's ssh connection. Only valid after `openBus`. */
export interface SshAccess {
  /** ssh and its options, the destination left out. */
  command(): readonly [string, ...string[]];
  readonly destination: string;
  /** What stands before a program on the host so that it has the rights that `run` gives; each word needs no quoting. */
  readonly before: readonly string[];
}
