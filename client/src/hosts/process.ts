/** Programs as transports start them: their ends, their output, their death. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex, Readable, Writable } from 'node:stream';
import type { RemoteProcess } from './transport.ts';

/** Starts a program with three pipes; `child_process.spawn`, or a stand-in of a test. */
export type Spawn = (
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly stdio: 'pipe'; readonly detached: boolean; readonly windowsHide: boolean },
) => ChildProcessWithoutNullStreams;

const maxStderr = 64 * 1024;

/** Starts programs and remembers those that run, so that they can all be ended. */
export interface ProcessGroup {
  start(program: string, args: readonly string[]): RemoteProcess & { readonly pid: number | undefined };
  /** Ends all that still run; resolves when they are gone. */
  dispose(): Promise<void>;
}

/** A group of processes. Each leads a process group of its own, since `nsenter` and `sh` do not pass a signal on to what they started. */
export function createProcessGroup(spawn: Spawn, platform: NodeJS.Platform): ProcessGroup {
  const running = new Map<RemoteProcess, Promise<unknown>>();
  return {
    start: (program, args) => {
      const env = { ...process.env, LC_MESSAGES: 'C', LC_ALL: undefined }; // messages are compared with known ones
      const child = spawn(program, args, { env, stdio: 'pipe', detached: platform !== 'win32', windowsHide: true });
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
      const kill = (): void => {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
        try {
          if (platform === 'win32') child.kill();
          else process.kill(-child.pid, 'SIGTERM');
        } catch {
          // it ended in this moment
        }
      };
      const started = { stdin: child.stdin, stdout: child.stdout, ended, kill, pid: child.pid };
      running.set(
        started,
        ended.then(() => running.delete(started)),
      );
      return started;
    },
    dispose: async () => {
      const ends = [...running.values()];
      for (const process of running.keys()) {
        process.kill();
        process.stdout.resume(); // unread output would keep the end from being seen
      }
      await Promise.all(ends);
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
