/** Programs that never run. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Child, Environment, Spawn } from '../../../client/src/hosts/transport/process.ts';

/** What a program did: ended at once, or, undefined, it runs until it is killed. */
export type Ending = { readonly code: number; readonly stdout?: string; readonly stderr?: string } | undefined;

/** A program that was started. */
export interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Environment | undefined;
  ended: boolean;
}

/** A `spawn` whose programs end as told, and the list of them. */
export function fakeSpawn(end: (program: string, args: readonly string[]) => Ending): {
  readonly spawn: Spawn;
  readonly started: readonly Started[];
} {
  const started: Started[] = [];
  const spawn: Spawn = (program, args, environment) => {
    const entry: Started = { program, args, environment, ended: false };
    started.push(entry);
    const events = new EventEmitter();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const finish = (code: number | null): void => {
      if (entry.ended) return;
      entry.ended = true;
      stdout.end();
      stderr.end();
      setImmediate(() => events.emit('close', code));
    };
    const ending = end(program, args);
    if (ending) {
      stdout.write(ending.stdout ?? '');
      stderr.write(ending.stderr ?? '');
      setImmediate(() => finish(ending.code));
    }
    const child: Child = { stdin: new PassThrough(), stdout, stderr, kill: () => finish(null), on: events.on.bind(events) };
    return child;
  };
  return { spawn, started };
}
