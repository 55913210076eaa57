/** A transport reaches a host: it opens a byte stream to its system bus and runs programs there. */
import type { Duplex, Readable, Writable } from 'node:stream';

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
  /** Opens a stream to the host's system bus, authentication still to come. */
  openBus(signal: AbortSignal): Promise<Duplex>;
  /** Runs a program with arguments; no shell ever sees them unquoted. */
  run(argv: readonly [string, ...string[]]): RemoteProcess;
  /** Whether files of this machine are the host's own files, so that a path means the same on both. */
  readonly sharesFiles: boolean;
  /** Ends every process and connection that it opened. */
  dispose(): Promise<void>;
}
