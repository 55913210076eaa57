/** Follows the journal of units by `journalctl` on the host. */
import * as l10n from '@vscode/l10n';
import type { LogEntry } from '../contract.ts';
import { type Doing, hostFailure, rightsMissing } from '../errors.ts';
import { explainSsh } from '../ssh/ssh-errors.ts';
import { type RunLimits, runToEnd } from '../transport/run-to-end.ts';
import type { RemoteProcess, Transport } from '../transport/transport.ts';
import type { LogQuery } from '../units-contract.ts';

/** Characters of the longest line that is read; a longer entry is left out. */
const maxLine = 4 * 1024 * 1024;

/**
 * Entries of units or an image, the last `lines` and then as they come, until the signal; `owner` is the user whose own manager runs them,
 * `destination` what ssh is given for the host. Throws a failure when journalctl cannot be run or ends by itself. Names that are no unit names are refused: they would be read as something else.
 */
export async function* followJournal(
  transport: Transport,
  query: LogQuery & { readonly owner?: number; readonly destination?: string },
  doing: Doing,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const { units, image, lines, since, priority, owner, destination } = query;
  const odd = units.find(unit => !/^[A-Za-z0-9:_.\\@-]+\.[a-z]+$/.test(unit));
  if (odd !== undefined) throw hostFailure('refused', l10n.t('{0}: {1} is no unit name.', doing.what, JSON.stringify(odd)));
  if (units.length === 0 && image === undefined) throw hostFailure('refused', l10n.t('{0}: it has no units.', doing.what));
  if (signal.aborted) return;
  const fields = 'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_SYSTEMD_UNIT,UNIT,_SYSTEMD_USER_UNIT,USER_UNIT';
  const count = Math.max(0, Math.floor(lines));
  const process = transport.run([
    'journalctl',
    '--follow',
    '--no-pager',
    '--all', // else long fields come as null
    '--output=json',
    `--output-fields=${fields}`,
    `--lines=${count}`,
    ...(since === 'boot' ? ['--boot'] : since === undefined ? [] : [`--since=@${Math.floor(since)}`]),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
    ...(owner === undefined ? matches(units, image) : matchesOfUser(units, image, owner)),
  ]);
  const stop = (): void => {
    process.stdin.end();
    process.kill();
    process.stdout.destroy();
  };
  signal.addEventListener('abort', stop);
  try {
    for await (const line of linesOf(process)) {
      if (signal.aborted) return;
      const entry = parseEntry(line);
      if (entry) yield entry;
    }
    if (signal.aborted) return;
    const { code, stderr } = await process.ended;
    throw explainEnd(code, stderr, doing, destination);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * What entries must hold: portabled's field for the image, or be of its units or written about them by the manager. `--unit` would have to
 * hold beside the field, not in its place.
 */
function matches(units: readonly string[], image: string | undefined): readonly string[] {
  if (image === undefined) return units.map(unit => `--unit=${unit}`);
  const alternatives = [[`PORTABLE=${image}`]];
  if (units.length > 0)
    alternatives.push(
      units.map(unit => `_SYSTEMD_UNIT=${unit}`),
      ['_PID=1', ...units.map(unit => `UNIT=${unit}`)],
    );
  return anyOf(alternatives);
}

/** Of a user's manager: what the programs say does not bear portabled's field there, what the manager says of them does (seen on 262). */
function matchesOfUser(units: readonly string[], image: string | undefined, owner: number): readonly string[] {
  const alternatives = [
    ...(image === undefined ? [] : [[`PORTABLE=${image}`]]),
    ...(units.length === 0 ? [] : ['_SYSTEMD_USER_UNIT', 'USER_UNIT'].map(field => units.map(unit => `${field}=${unit}`))),
  ];
  return anyOf(alternatives.map(words => [...words, `_SYSTEMD_OWNER_UID=${owner}`]));
}

const anyOf = (alternatives: readonly (readonly string[])[]): readonly string[] =>
  alternatives.flatMap((words, i) => (i === 0 ? words : ['+', ...words]));

const withheld = /insufficient permissions|not seeing messages|Permission denied/i;
const allWithheld = /insufficient permissions|Permission denied/i;

/**
 * Rejects with a failure when this user may not read the host's journal, or the part of it that is the user's own: when following, journalctl would say
 * so and then wait for ever.
 */
export async function checkJournal(transport: Transport, doing: Doing, limits: RunLimits & { readonly own: boolean }): Promise<void> {
  const { own } = limits;
  const { stderr } = await runToEnd(transport, ['journalctl', '--no-pager', '--lines=0', ...(own ? [] : ['--system'])], limits);
  if ((own ? allWithheld : withheld).test(stderr)) {
    const advice = l10n.t('On the host, add the user to the group systemd-journal, or connect as root.');
    throw hostFailure('not-allowed', l10n.t('{0}: this user may not read the journal there.', doing.what), advice, stderr);
  }
}

function explainEnd(code: number | null, stderr: string, doing: Doing, destination = doing.host): Error {
  if (withheld.test(stderr)) return rightsMissing(doing, stderr);
  if (code === 255) return explainSsh({ code, stderr }, { name: doing.host, destination });
  return hostFailure('unreachable', l10n.t('{0}: journalctl ended on the host.', doing.what), l10n.t('Show the logs again.'), stderr);
}

async function* linesOf({ stdout }: RemoteProcess): AsyncGenerator<string> {
  let rest = '';
  let skipping = false;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stdout) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (!skipping) yield line;
        skipping = false;
      }
      if (rest.length > maxLine) {
        rest = '';
        skipping = true;
      }
    }
  } catch (error) {
    // the stream was destroyed: the reader was told to stop, or the program's end says why
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  }
}

/** One line of `journalctl --output=json`; undefined when it is none. Fields may be missing, null, repeated (a list), or bytes (a list of numbers). */
export function parseEntry(line: string): LogEntry | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(read));
  const text = (key: string): string | undefined => fieldText(fields.get(key));
  const time = Number(text('__REALTIME_TIMESTAMP'));
  if (!Number.isFinite(time)) return undefined;
  const priority = Number(text('PRIORITY') ?? 6);
  return {
    time,
    unit: text('UNIT') ?? text('USER_UNIT') ?? text('_SYSTEMD_USER_UNIT') ?? text('_SYSTEMD_UNIT') ?? '', // UNIT: what the manager says of the unit
    priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : 6,
    identifier: text('SYSLOG_IDENTIFIER') ?? text('_COMM') ?? '',
    message: text('MESSAGE') ?? '',
  };
}

function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (value.length > 0 && value.every(item => typeof item === 'number')) return Buffer.from(value).toString('utf8');
  return fieldText(value[0]);
}
