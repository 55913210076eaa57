/** A short program on a host, run to its end. */
import { BusError } from '../bus/bus-error.ts';
import { type Clock, limited } from '../clock.ts';
import { collect } from './process.ts';
import type { Transport } from './transport.ts';

export interface RunLimits {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a program on a host ended and what it said. Rejects with a BusError of reason `timeout` at the deadline, and with the signal's reason. */
export async function runToEnd(
  transport: Transport,
  argv: readonly [string, ...string[]],
  { clock, deadline, signal }: RunLimits,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const limit = limited(clock, deadline, () => new BusError('timeout', `${argv[0]} did not end within ${deadline / 1000} s`), signal);
  try {
    limit.signal.throwIfAborted();
    const { code, stdout, stderr } = await collect(transport.run(argv), { signal: limit.signal });
    limit.signal.throwIfAborted();
    return { code, stdout: stdout.toString('utf8'), stderr };
  } finally {
    limit.release();
  }
}

/** What a shell script printed on a host, called with these arguments. Rejects as `runToEnd` does, and with an Error where it ended otherwise than well. */
export async function printedBy(transport: Transport, script: string, args: readonly string[], limits: RunLimits): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(transport, ['sh', '-c', script, 'sh', ...args], limits);
  if (code !== 0) throw new Error(stderr || `sh ended with ${code ?? 'a signal'}`);
  return stdout;
}
