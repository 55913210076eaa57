/** Programs as transports start them: their ends, their output, their death. */
import { spawn } from 'node:child_process';
import { Duplex, Readable, Writable } from 'node:stream';
import type { RemoteProcess } from './transport.ts';

/** A program that was started. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends a signal to it and to what it started. Harmless once it has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** It could not be started. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** It has ended, and its output is read. */
  on(event: 'close', listener: (code: number | null) => void): unknown;
}

/** Variables that a program gets beside our own; undefined: not even ours. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Starts a program with three pipes; `spawnGroup`, or a stand-in of a test. */
export type Spawn = (program: string, args: readonly string[], environment?: Environment) => Child;

/**
 * Starts a program that leads a process group of its own, since `nsenter` and `sh` do not pass a signal on to what they started, and a
 * session of its own, since ssh would ask at our terminal.
 */
export const spawnGroup: Spawn = (program, args, environment = {}) => {
  const env = { ...process.env, LC_MESSAGES: 'C', LC_ALL: undefined, ...environment }; // messages are compared with known ones
  const grouped = process.platform !== 'win32';
  const child = spawn(program, args, { env, stdio: 'pipe', detached: grouped, windowsHide: true });
  const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    try {
      if (grouped) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // it ended in this moment
    }
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, kill, on: child.on.bind(child) };
};

const maxStderr = 64 * 1024;
const patience = 3000; // ms from asking a program to end to ending it

/** Starts programs and remembers those that run, so that they can all be ended. */
export interface ProcessGroup {
  start(program: string, args: readonly string[], environment?: Environment): RemoteProcess;
  /** Ends all that still run; resolves when they are gone. */
  dispose(): Promise<void>;
}

/** An empty group of processes. */
export function createProcessGroup(spawnChild: Spawn): ProcessGroup {
  const running = new Map<Child, Promise<unknown>>();
  return {
    start: (program, args, environment) => {
      const child = spawnChild(program, args, environment);
      const stderr: Buffer[] = [];
      let kept = 0;
      child.stderr.on('data', (chunk: Buffer) => {
        if (kept < maxStderr) stderr.push(chunk);
        kept += chunk.length;
      });
      child.stdin.on('error', () => {}); // it ended without reading all: its exit code says why
      child.stdout.on('error', () => {});
      child.stderr.on('error', () => {});
      const said = () => Buffer.concat(stderr).toString('utf8').slice(0, maxStderr).trim();
      const ended = new Promise<{ code: number | null; stderr: string }>(resolve => {
        child.on('error', error => resolve({ code: null, stderr: error.message }));
        child.on('close', code => resolve({ code, stderr: said() }));
      });
      running.set(
        child,
        ended.then(() => running.delete(child)),
      );
      return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => child.kill('SIGTERM') };
    },
    dispose: async () => {
      const ends = [...running.values()];
      for (const child of running.keys()) {
        child.kill('SIGTERM');
        child.stdout.resume(); // unread output would keep the end from being seen
      }
      const stubborn = setTimeout(() => {
        for (const child of running.keys()) child.kill('SIGKILL');
      }, patience);
      await Promise.all(ends);
      clearTimeout(stubborn);
    },
  };
}

/** A program's input and output as one stream. When it ends other than well, the stream breaks with `explain`'s error. */
export function processStream(
  process: RemoteProcess,
  explain: (end: { readonly code: number | null; readonly stderr: string }) => Error,
): Duplex {
  const stream = new Duplex({
    read: () => {
      process.stdout.resume();
    },
    write: (chunk, _encoding, done) => {
      if (process.stdin.destroyed)
        done(); // it has ended: `ended` below breaks the stream with the reason
      else process.stdin.write(chunk, () => done());
    },
    final: done => {
      process.stdin.end(() => done());
    },
    destroy: (error, done) => {
      process.kill();
      process.stdout.resume();
      done(error);
    },
  });
  stream.on('error', () => {}); // whoever uses it listens too; unused, it must not end us
  process.stdout.on('data', chunk => {
    if (!stream.destroyed && !stream.push(chunk)) process.stdout.pause();
  });
  process.ended.then(end => {
    if (!stream.destroyed) stream.destroy(explain(end));
  });
  return stream;
}

/** Reads all that a program prints, up to `limit` bytes, and waits for its end. A program that prints more, or is overtaken by the signal, is ended. */
export async function collect(
  process: RemoteProcess,
  { limit = 4 * 1024 * 1024, signal }: { readonly limit?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = () => process.kill();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  process.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else stop();
  });
  process.stdin.end();
  const { code, stderr } = await process.ended;
  signal?.removeEventListener('abort', stop);
  return { code: length > limit ? null : code, stdout: Buffer.concat(chunks), stderr };
}

/** A program that could not even be started, as one that has ended: `why` is what it said. */
export function failedProcess(why: string): RemoteProcess {
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { stdin, stdout: Readable.from([]), ended: Promise.resolve({ code: null, stderr: why }), kill: () => {} };
}
