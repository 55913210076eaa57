/** Whoever changes what is attached on a host has a turn there, from this window or another one, while others wait. */
import * as l10n from '@vscode/l10n';
import { type Doing, hostFailure, stopped } from '../errors.ts';
import { lines, withSignal } from '../transport/lines.ts';
import type { Operation } from './host-operation.ts';
import { takeLock } from './take-lock.ts';

/** Seconds that we wait for others. */
export const patience = 120;

/** $1 is the directory that is locked, which everybody may open; it is free again when the input ends, so a line that breaks leaves nothing. */
const script = `${takeLock}
command -v flock >/dev/null || { echo alone; exit; }
exec 9<"$1" || exit
if lock "$2"; then echo yes; read -r _ || :; else echo no; fi`;

/** The failure of who waited too long. */
export const tooLong = ({ what, host }: Doing): Error =>
  hostFailure(
    'refused',
    l10n.t('{0}: something else is being deployed to {1}, for more than {2} s now.', what, host, patience),
    l10n.t('Try again when that has ended.'),
  );

/** Does something when it is our turn. Rejects as that does, with a failure where others take too long, and when the signal comes before. */
export async function inTurn<T>(
  { connection, transport, doing, progress }: Pick<Operation, 'connection' | 'transport' | 'doing' | 'progress'>,
  use: () => Promise<T>,
): Promise<T> {
  const { signal } = progress;
  const { runtime } = connection.places.units;
  const holder = transport.run(['sh', '-c', script, 'sh', runtime.slice(0, runtime.lastIndexOf('/')), `${patience}`]);
  try {
    progress.report(l10n.t('Waiting for its turn on {0}', doing.host));
    // without an answer it goes on alone, as on a host that has no flock: portabled itself does one thing after the other
    if ((await withSignal(lines(holder)(), signal, () => stopped(signal, doing))) === 'no') throw tooLong(doing);
    return await use();
  } finally {
    if (signal.aborted) holder.kill();
    holder.stdin.end();
  }
}
