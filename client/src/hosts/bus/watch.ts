/** Hears from the manager that units changed. portabled itself sends nothing. */

import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { CallOptions } from './bus.ts';
import { systemdManager as manager } from './names.ts';

const quiet = 150; // ms: a reload or a start comes as dozens of signals

/**
 * What is listened to. Not UnitNew and UnitRemoved: asking for an inactive unit makes the manager load and drop it again, so that every
 * answer would call for the next question. What they would tell comes as one of these, too.
 */
const matches = [
  ...['UnitFilesChanged', 'Reloading', 'JobRemoved'].map(member => ({
    sender: manager.destination,
    path: manager.path,
    interface: manager.interface,
    member,
  })),
  {
    sender: manager.destination,
    pathNamespace: `${manager.path}/unit`,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'PropertiesChanged',
  },
];

/** Signals that say that unit files are others, or were read anew. */
const ofFiles: ReadonlySet<string> = new Set(['UnitFilesChanged', 'Reloading']);

/** Calls `changed` at most every 150 ms while units change, with whether their files may have, until disposed. Rejects with a BusError. */
export async function watchUnits(
  { bus, systemd }: Connection,
  clock: Clock,
  options: CallOptions,
  changed: (files: boolean) => void,
): Promise<{ dispose(): void }> {
  let cancel: (() => void) | undefined;
  let files = false;
  const heard = (ofFile: boolean): void => {
    files ||= ofFile;
    cancel ??= clock.after(quiet, () => {
      cancel = undefined;
      const also = files;
      files = false;
      changed(also);
    });
  };
  const subscribing = matches.map(match => bus.subscribe(match, () => heard(ofFiles.has(match.member)), options));
  try {
    const subscriptions = await Promise.all(subscribing);
    await systemd.subscribe();
    return {
      dispose: () => {
        cancel?.();
        for (const subscription of subscriptions) subscription.dispose();
        if (!bus.closedBy) systemd.unsubscribe().catch(() => {}); // the connection is going
      },
    };
  } catch (error) {
    cancel?.();
    for (const made of await Promise.allSettled(subscribing)) if (made.status === 'fulfilled') made.value.dispose();
    throw error;
  }
}
