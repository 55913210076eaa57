/** Gathers what is known of a unit that failed: from systemd, the journal, and the first bytes of its program. */

import type { ListedUnit } from '../bus/systemd.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import { parseEntry } from '../units/journal.ts';
import type { Command, FailureFacts, ProcessEnd, Unmet } from './facts.ts';

/** What the questions are asked with. */
export interface Asked {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
}

/** How many entries of the journal are looked at. */
const lines = 80;

const commandLists = ['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'] as const;

/** What is known of a unit. Rejects with an Error or BusError when systemd cannot be asked; without the journal it knows less. */
export async function gatherFacts(asked: Asked, unit: ListedUnit): Promise<FailureFacts> {
  const { systemd } = asked.connection;
  const isService = unit.name.endsWith('.service');
  const properties = isService ? await systemd.serviceProperties(unit) : new Map<unknown, unknown>();
  const now = isService ? textOf(properties.get('Result')) : (await systemd.details(unit)).result;
  // systemd forgets how it ended when it starts it again, which may be just then
  const again = unit.active === 'activating' && (now === 'success' || now === '');
  const journal = await readJournal(asked, unit.name, again ? 'last failure' : startOf(properties));
  const result = (again ? resultIn(journal.messages) : now) ?? 'success';
  const main = again ? endIn(journal.messages) : endOf(properties.get('ExecMainCode'), properties.get('ExecMainStatus'));
  const texts = (setting: string): readonly string[] => textsIn(properties.get(setting));
  const commands = commandLists.flatMap(list => commandsOf(list, properties.get(list)));
  const executed = journal.messages.findLast(message => /: Failed to execute \/.*: No such file/.test(message));
  const program = /Failed to execute (\/.*): No such file/.exec(executed ?? '')?.[1];
  const interpreter = program === undefined ? undefined : await interpreterOf(asked, texts('RootDirectory')[0] ?? '', program);
  const killed = main?.how !== 'exited' && main?.status === 31;
  return {
    unit: unit.name,
    load: unit.load,
    result: result === '' ? 'success' : result,
    ...(main && { main }),
    commands,
    ...journal,
    kernel: killed ? await readKernel(asked, properties.get('ExecMainPID')) : [],
    texts,
    limits: setting => isLimit(properties.get(setting)),
    seconds: setting => secondsOf(properties.get(setting)),
    ...(interpreter !== undefined && { interpreter }),
    unmet: result === 'success' && unit.active === 'inactive' ? unmetOf(properties, journal.messages) : [],
    broken: unit.active === 'inactive' ? await brokenOf(asked, texts) : [],
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** All texts in a value, however deep: `a(ss)` of LoadCredential as well as `as`. Empty ones count for nothing. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.flatMap(textsIn) : [];
}

/** Whether it is a number; the largest stands for no limit. */
function isLimit(value: unknown): value is bigint {
  return typeof value === 'bigint' && value !== 0xffff_ffff_ffff_ffffn;
}

/** Microseconds as seconds. */
function secondsOf(value: unknown): number | undefined {
  return isLimit(value) && value !== 0n ? Number(value) / 1e6 : undefined;
}

/** When it was started the last time, in microseconds since the epoch, by the earlier of two marks. */
function startOf(properties: ReadonlyMap<unknown, unknown>): number {
  const marks = ['InactiveExitTimestamp', 'ExecMainStartTimestamp'].map(name => properties.get(name));
  const known = marks.filter(mark => typeof mark === 'bigint' && mark > 0n).map(Number);
  return known.length > 0 ? Math.min(...known) : 0;
}

const hows = { 1: 'exited', 2: 'killed', 3: 'dumped' } as const; // CLD_* of siginfo

function endOf(code: unknown, status: unknown): ProcessEnd | undefined {
  if ((code !== 1 && code !== 2 && code !== 3) || typeof status !== 'number') return undefined;
  return { how: hows[code], status };
}

/** How the main process ended, as systemd said it last. */
function endIn(messages: readonly string[]): ProcessEnd | undefined {
  const [, how, status] = lastMatch(messages, /: Main process exited, code=(exited|killed|dumped), status=(\d+)\//) ?? [];
  const known = Object.values(hows).find(word => word === how);
  return known && { how: known, status: Number(status) };
}

/** The result of a unit, as systemd said it last. */
const resultIn = (messages: readonly string[]): string | undefined => lastMatch(messages, failedWith)?.[1];
const failedWith = /: Failed with result '([a-z-]+)'/;

function lastMatch(messages: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  const message = messages.findLast(text => pattern.test(text));
  return (message !== undefined && pattern.exec(message)) || undefined;
}

/** What was said from the start that failed last on; everything where none did. */
function fromLastFailure<T extends { readonly message: string }>(entries: readonly T[]): readonly T[] {
  const end = entries.findLastIndex(({ message }) => failedWith.test(message));
  const begin = entries.slice(0, Math.max(end, 0)).findLastIndex(({ message }) => /^Starting |: Scheduled restart job/.test(message));
  return entries.slice(Math.max(begin, 0));
}

/** Commands of an `a(sasbttttuii)`: path, words, whether it may fail, four times, pid, how and with what it ended. */
function commandsOf(directive: string, value: unknown): readonly Command[] {
  if (!Array.isArray(value)) return [];
  return value.filter(Array.isArray).map(([path, , mayFail, , , , , , code, status]) => {
    const end = endOf(code, status);
    const failed = end && !mayFail && (end.how !== 'exited' || end.status !== 0);
    return { directive, path: textOf(path), ...(failed && { end }) };
  });
}

/**
 * Conditions and assertions that did not hold, by the last that was said of the unit: systemd forgets it with the unit. Of assertions, and in 247 of
 * conditions, only that one failed is said, so that it is one of the unit's.
 */
function unmetOf(properties: ReadonlyMap<unknown, unknown>, messages: readonly string[]): readonly Unmet[] {
  const last = messages.slice(-2).join('\n');
  // 252: `... was skipped because of an unmet condition check (A=b).`, 257: `... skipped, unmet condition check A=b`
  const condition = /skipped\b.* condition check \(?(Condition\w+)=(.*?)\)?\.?$/m.exec(last);
  if (condition) return [{ directive: condition[1] ?? '', value: condition[2] ?? '' }];
  const one = /asserts failed|^Assertion failed/m.test(last) ? 'Asserts' : /^Condition check .* skipped\.$/m.test(last) ? 'Conditions' : '';
  const all = properties.get(one);
  return (Array.isArray(all) ? all : [])
    .filter(Array.isArray)
    .map(([directive, , negated, value]) => ({ directive: textOf(directive), value: `${negated ? '!' : ''}${textOf(value)}` }));
}

async function brokenOf({ connection }: Asked, texts: (setting: string) => readonly string[]): Promise<readonly string[]> {
  const needed = [...new Set(['Requires', 'Requisite', 'BindsTo'].flatMap(texts))];
  const listed = await connection.systemd.listUnits(needed);
  return listed.filter(({ active, load }) => active === 'failed' || load === 'not-found').map(({ name }) => name);
}

async function readJournal(
  { transport, clock, deadlines }: Asked,
  unit: string,
  since: number | 'last failure',
): Promise<Pick<FailureFacts, 'messages' | 'said'>> {
  // a process that ends at once may be gone before the journal knows its unit: what it said of itself counts, if it was root
  const matches = [`_SYSTEMD_UNIT=${unit}`, '+', `UNIT=${unit}`, '_UID=0', '+', `_SYSTEMD_USER_UNIT=${unit}`, '+', `USER_UNIT=${unit}`];
  const argv = ['journalctl', '--no-pager', '--all', '--output=json', `--lines=${lines}`, ...matches] as const;
  const { stdout } = await runToEnd(transport, argv, { clock, deadline: deadlines.program }).catch(() => ({ stdout: '' }));
  const all = stdout.split('\n').flatMap(line => parseEntry(line) ?? []);
  // the manager writes first and marks then
  const lately = since === 'last failure' ? fromLastFailure(all) : all.filter(({ time }) => time >= since - 1_000_000);
  const entries = lately.length > 0 ? lately : all;
  return {
    messages: entries.map(({ message }) => message),
    said: entries.filter(({ identifier }) => identifier !== 'systemd' && !/^\(.*\)$/.test(identifier)).map(({ message }) => message),
  };
}

async function readKernel({ transport, clock, deadlines }: Asked, pid: unknown): Promise<readonly string[]> {
  const argv = ['journalctl', '--no-pager', '--output=cat', '--lines=200', '_TRANSPORT=kernel', '+', '_TRANSPORT=audit'] as const;
  const { stdout } = await runToEnd(transport, argv, { clock, deadline: deadlines.program }).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(line => /\bsyscall=\d+/.test(line) && line.includes(`pid=${String(pid)} `));
}

/** Prints what a program in a directory image asks for: the interpreter of its first line, or an ELF's loader. Reads inside the image only. */
const interpreterScript = `f=$(readlink -f -- "$1$2") || exit 0
case $f in "$1"/*) ;; *) exit 0;; esac
head -c 4096 -- "$f" | tr '\\0' '\\n' | LC_ALL=C grep -a -m1 -o -E '^#! *[^ ]+|^/[^ ]*ld[-.][^ ]*\\.so[.0-9]*$'`;

async function interpreterOf({ transport, clock, deadlines }: Asked, root: string, program: string): Promise<string | undefined> {
  if (root === '') return undefined; // a raw image, which only a mount would open
  const argv = ['sh', '-c', interpreterScript, 'sh', root, program] as const;
  const { stdout } = await runToEnd(transport, argv, { clock, deadline: deadlines.program }).catch(() => ({ stdout: '' }));
  const found = stdout.split('\n', 1)[0]?.replace(/^#! */, '') ?? '';
  return found.startsWith('/') ? found : undefined;
}
