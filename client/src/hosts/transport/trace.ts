/** Tells every program and every call for the log at debug level: what went out, what came back, shortened. Neither carries a secret. */
import type { Bus } from '../bus/bus.ts';
import type { Spawn } from './process.ts';

/** Takes one line. */
export type Trace = (line: string) => void;

const longest = 400;

/** A value for a line of the log: one line, not longer than 400 characters. */
export function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, plain);
  const line = (text ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest)}… (${line.length} characters)` : line;
}

/** Properties of services that may hold secrets; so may files of images, which come as bytes. */
const hidden: ReadonlySet<unknown> = new Set(['Environment', 'SetCredential', 'SetCredentialEncrypted']);

/** What JSON has no words for: 64-bit integers, dictionaries; and nothing of what may be secret. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map) return [...value].map(([key, each]) => [key, hidden.has(key) ? '…' : each]);
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer') return '… (bytes)'; // as its toJSON made it
  return value;
}

/** Starts programs and tells their command lines and ends. The environment, which holds the token of askpass, is never told, nor what is fed to them. */
export function tracedSpawn(spawn: Spawn, trace: Trace): Spawn {
  let last = 0;
  return (program, args, environment) => {
    const child = spawn(program, args, environment);
    const number = ++last;
    trace(
      `[${number}] ${shortened([program, ...args].map(word => (/^[\w./:@=+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' '))}`,
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length <= longest) said += chunk.toString('utf8');
    });
    child.on('error', error => trace(`[${number}] could not be started: ${shortened(error.message)}`));
    child.on('close', code => trace(`[${number}] ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${shortened(said.trim())}`}`));
    return child;
  };
}

/** A bus that tells its calls and their answers. */
export function tracedBus(bus: Bus, host: string, trace: Trace): Bus {
  let last = 0;
  return {
    call: async (call, options) => {
      const number = ++last;
      trace(`${host} call ${number}: ${call.interface}.${call.member}${shortened(call.body ?? [])}`);
      try {
        const answer = await bus.call(call, options);
        trace(`${host} answer ${number}: ${shortened(answer)}`);
        return answer;
      } catch (error) {
        const { errorName } = error instanceof Error && 'errorName' in error ? error : { errorName: undefined };
        trace(`${host} answer ${number}: ${errorName ?? 'no answer'}: ${shortened(error instanceof Error ? error.message : error)}`);
        throw error;
      }
    },
    subscribe: bus.subscribe,
    close: bus.close,
    get closedBy() {
      return bus.closedBy;
    },
    onClosed: bus.onClosed,
    get name() {
      return bus.name;
    },
    get load() {
      return bus.load;
    },
  };
}
