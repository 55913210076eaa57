/**
 * Tells what a host that goes away leaves behind apart from what it refuses. Its programs, portabled, systemd and the bus end in any order, and
 * whichever is noticed first looks like a mistake of its own: a program that could not be started, a name that nobody owns, a job cancelled.
 */
import * as l10n from '@vscode/l10n';
import type { Bus } from './bus/bus.ts';
import { BusError } from './bus/bus-error.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './contract.ts';
import { type Doing, explain, hostFailure, isHostFailure } from './errors.ts';

/** Failures that are no more than that for sure: the user wanted it so, or there was no answer at all. */
const plain: readonly HostFailure['kind'][] = ['cancelled', 'timeout'];

/**
 * What was thrown while the host was worked with, in the user's words. The manager is asked first whether it is still there: only then the
 * failure is the host's word. Never rejects.
 */
export async function told(error: unknown, doing: Doing, connection: Connection | undefined): Promise<HostFailure> {
  const failure = explain(error, doing);
  if (!connection || plain.includes(failure.kind)) return failure;
  if (failure.kind === 'unreachable' && connection.bus.closedBy) return failure; // told already, with where it stood
  const going = await whyGoing(connection, doing);
  if (!going) return failure;
  const left = isHostFailure(failure.cause) ? failure.advice : going.advice; // the advice of a failure after a failure says what is left
  return hostFailure('unreachable', going.message, left, [failure.message, failure.detail].filter(Boolean).join('\n'), failure);
}

/** Work with a host, for as long as its connection stands: what a program there might still say, nobody hears. Rejects with a BusError then. */
export function whileOpen<T>(bus: Bus, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const closed = bus.onClosed(reject);
    if (bus.closedBy) reject(bus.closedBy);
    work.then(resolve, reject).finally(closed.dispose);
  });
}

/** The failure to tell where the manager is gone or on its way; undefined where it is there, or too busy to say so. */
async function whyGoing({ bus, systemd }: Connection, doing: Doing): Promise<HostFailure | undefined> {
  try {
    if ((await systemd.state()) !== 'stopping') return undefined;
    const advice = l10n.t('Try again when it is up again.');
    return hostFailure('unreachable', l10n.t('{0}: the host is shutting down.', doing.what), advice);
  } catch (error) {
    const gone = bus.closedBy !== undefined || (error instanceof BusError && error.reason === 'reply');
    return gone ? explain(new BusError('closed', ''), doing) : undefined;
  }
}
