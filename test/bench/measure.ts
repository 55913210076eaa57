/** Measures whole processes side by side. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Exit statuses that are fine: a linter that finds something ends with 1. */
  readonly fine: readonly number[];
}

/** Wall time of one run in milliseconds. Throws where it failed. */
export function time({ program, args, fine }: Command): number {
  const begun = process.hrtime.bigint();
  const { status, signal, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28 });
  const ended = process.hrtime.bigint();
  if (error) throw error;
  if (status === null || !fine.includes(status)) {
    throw new Error(`${program} ended with ${status ?? signal}: ${stderr.toString().slice(0, 500)}`);
  }
  return Number(ended - begun) / 1e6;
}

/** The middle one. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
};

/** Two commands in turns, so that what else the machine does hits both: the median of each in milliseconds, and of the ratios of the pairs. */
export function sideBySide(ours: Command, theirs: Command, rounds: number) {
  time(ours); // fills the caches
  time(theirs);
  const pairs = Array.from({ length: rounds }, (_, n) => {
    if (n % 2 === 0) return { ours: time(ours), theirs: time(theirs) };
    const second = time(theirs);
    return { ours: time(ours), theirs: second };
  });
  return {
    ours: median(pairs.map(p => p.ours)),
    theirs: median(pairs.map(p => p.theirs)),
    ratio: median(pairs.map(p => p.ours / p.theirs)),
  };
}

/** One command alone: its median in milliseconds. */
export const alone = (command: Command, rounds: number): number => median(Array.from({ length: rounds }, () => time(command)));

/** Peak memory of a Node program in MiB. */
export function peakMemory({ program, args, fine }: Command): number {
  const loaded = ['--require', join(import.meta.dirname, 'peak-memory.cjs'), ...args];
  const { status, output } = spawnSync(program, loaded, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  if (status === null || !fine.includes(status)) throw new Error(`${program} ended with ${status}`);
  return Number(output[3]) / 1024;
}
