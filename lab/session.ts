/**
 * A private temporary directory with everything that one run starts: it records its owner, and the processes started with `env` can be
 * found again, whatever they forked. So the end of a run leaves nothing, and what a killed one left is recognised and removed by the next.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity, run } from './processes.ts';

const prefix = 'portable-services-';
const marker = 'PORTABLE_SERVICES_SESSION';

export interface Session {
  readonly directory: string;
  /** The environment for the processes that end with the session; their temporary files lie in its directory. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends every process started with `env`, and removes the directory. */
  close(): Promise<void>;
}

/** Opens a session that belongs to this process. */
export function openSession(): Session {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(directory, 'owner.json'), JSON.stringify(identityOf(process.pid)));
  return {
    directory,
    env: { ...process.env, [marker]: directory, TMPDIR: directory, XDG_RUNTIME_DIR: directory },
    close: () => remove(directory),
  };
}

/** Removes the sessions of this user whose owner is dead. Returns their directories. */
export async function sweepSessions(): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(tmpdir()).filter(n => n.startsWith(prefix))) {
    const directory = join(tmpdir(), name);
    if (!isAbandoned(directory)) continue;
    await remove(directory);
    removed.push(directory);
  }
  return removed;
}

function isAbandoned(directory: string): boolean {
  try {
    const { uid, mtimeMs } = statSync(directory);
    if (process.getuid && uid !== process.getuid()) return false;
    const owner = ownerOf(directory);
    return owner ? !isAlive(owner) : Date.now() - mtimeMs > 60_000; // no record: just being made, or its maker died at once
  } catch {
    return false; // gone meanwhile
  }
}

function ownerOf(directory: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

async function remove(directory: string): Promise<void> {
  const signals: readonly [NodeJS.Signals, number][] = [
    ['SIGTERM', 3000],
    ['SIGKILL', 2000],
  ];
  for (const [signal, patience] of signals) {
    const deadline = Date.now() + patience;
    let members = await membersOf(directory);
    for (const pid of members) tell(pid, signal);
    while (members.length > 0 && Date.now() < deadline) {
      await sleep(50);
      members = await membersOf(directory);
    }
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself
  }
}

/** The pids of a session's processes: by their environment on Linux, elsewhere by the directory in their command line. */
async function membersOf(directory: string): Promise<number[]> {
  if (process.platform === 'linux') {
    // a session opened within another has its directory there
    const belongs = (environment: string): boolean => ['\0', '/'].some(end => environment.includes(`${marker}=${directory}${end}`));
    return readdirSync('/proc')
      .map(Number)
      .filter(pid => pid > 0 && pid !== process.pid && belongs(environmentOf(pid)));
  }
  if (process.platform === 'win32') return [];
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command=']);
  const lines = stdout.split('\n').filter(line => line.includes(directory));
  return lines.map(line => Number.parseInt(line, 10)).filter(pid => pid > 0 && pid !== process.pid);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // another user's, or gone
  }
}
