/** Processes of this machine: running one to its end, and telling one from another that later got the same pid. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a program ended. `code` is null when a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | undefined;
  /** Every piece of stderr, as it comes. */
  readonly onStderr?: ((text: string) => void) | undefined;
  /** Ends it with SIGTERM, and rejects when it has ended. */
  readonly signal?: AbortSignal | undefined;
  /** In a process group of its own: a Ctrl-C at the terminal does not reach it, `signal` reaches all that it started. */
  readonly group?: boolean | undefined;
  /** Needed for what is a script on Windows. */
  readonly shell?: boolean | undefined;
}

/** Runs a program to its end and keeps what it wrote. Rejects only when it cannot be started, or by the signal. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, env, input = '', onStderr, signal, group = false, shell = false } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, { cwd, env, shell, detached: group, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      onStderr?.(text);
    });
    child.stdin.on('error', () => {}); // a program need not read its input
    child.stdin.end(input);
    const end = (): void => void (group && child.pid ? process.kill(-child.pid, 'SIGTERM') : child.kill());
    signal?.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    child.once('close', code => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, stdout, stderr });
    });
  });
}

/** Runs a program that must succeed; returns its stdout. Throws an error that ends with the last lines of its stderr. */
export async function must(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-20).join('\n');
  throw new Error(`${program} ${args.join(' ')}: ${code === null ? 'ended by a signal' : `exit code ${code}`}\n${said}`);
}

/** The path of a program in PATH or in the directories of an administrator, or undefined. */
export function findProgram(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.flatMap(d => suffixes.map(s => join(d, name + s))).find(existsSync);
}

/** When a process started, in the kernel's clock ticks; undefined where there is no such process (or only its corpse), or no /proc to tell. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1'); // proc(5): fields 3 and 22; the second one, in parentheses, may hold blanks
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** A process, so that another with the same pid is not taken for it. Elsewhere than on Linux the pid has to do. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start?: string;
}

export function identityOf(pid: number): ProcessIdentity {
  const start = startTime(pid);
  return start === undefined ? { pid } : { pid, start };
}

/** Whether that very process still runs. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  if (start !== undefined) return startTime(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
