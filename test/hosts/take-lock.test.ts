/** Turns on a host whose flock is not that of util-linux: toybox has one that knows no end of waiting, as that of busybox. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeLock } from '../../client/src/hosts/attach/take-lock.ts';
import { findProgram } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import { describeOnHosts } from './laboratory.ts';

/** $1: seconds. Says when it begins, and what came of it; holds the lock until its input ends. */
const script = `${takeLock}
exec 9<"$2"; echo begins; if lock "$1"; then echo yes; read -r _ || :; else echo no; fi`;

describeOnHosts('a turn by whatever flock there is', () => {
  let directory: string;
  beforeAll(async () => {
    await installTools([{ probe: 'toybox', package: 'toybox' }]);
    directory = mkdtempSync(join(tmpdir(), 'flock-'));
    const toybox = findProgram('toybox') ?? '';
    mkdirSync(join(directory, 'toybox'));
    symlinkSync(toybox, join(directory, 'toybox/flock'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const running: ChildProcessWithoutNullStreams[] = [];
  afterAll(() => {
    for (const child of running) child.kill();
  });

  /** One that takes the lock: its lines, and how it lets go. */
  function taker(kind: string, file: string, seconds: number): { next(): Promise<string>; release(): void } {
    const path = kind === 'toybox' ? `${join(directory, 'toybox')}:${process.env.PATH}` : process.env.PATH;
    const child = spawn('sh', ['-c', script, 'sh', `${seconds}`, file], { env: { ...process.env, PATH: path } });
    running.push(child);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return { next: async () => (await lines.next()).value ?? '', release: () => child.stdin.end() };
  }

  test.each(['util-linux', 'toybox'])('%s', async kind => {
    const file = join(directory, `${kind}-locked`);
    mkdirSync(file);
    const first = taker(kind, file, 60);
    expect([await first.next(), await first.next()]).toEqual(['begins', 'yes']);
    const impatient = taker(kind, file, 1);
    expect([await impatient.next(), await impatient.next()]).toEqual(['begins', 'no']);
    const patient = taker(kind, file, 60);
    expect(await patient.next()).toBe('begins');
    first.release();
    expect(await patient.next()).toBe('yes');
    patient.release();
  });
});
